// Device keys: a P-256 key to sign with and an HMAC key to digest evidence with, neither exportable, one pair for each
// account and platform, in IndexedDB. Nothing is written before a proof is asked for.

import { digest, type Bytes, utf8 } from "./encoding";
import { LoginGuardError } from "./error";
import { nameDigest } from "./proof";

export interface DeviceKey {
  /** The JWK SHA-256 thumbprint (RFC 7638): the key id. */
  readonly id: string;
  readonly x: string;
  readonly y: string;
  readonly privateKey: CryptoKey;
  readonly digestKey: CryptoKey;
  /** The platform; empty until the key is kept. */
  readonly platform: string;
  /** Digests of the login names that lead to this key. */
  readonly names: readonly string[];
}

/** Why no key can be kept here: `no-webcrypto` or `no-indexeddb`. */
export class KeylessError extends LoginGuardError {}

/** Makes a pair; it lives in memory until [[keep]]. */
export async function makeKey(): Promise<DeviceKey> {
  try {
    const [pair, digestKey] = await Promise.all([
      crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]),
      crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
    ]);
    const { x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
    if (x === undefined || y === undefined) throw new TypeError();
    return { id: await keyId(x, y), x, y, privateKey: pair.privateKey, digestKey, platform: "", names: [] };
  } catch {
    throw new KeylessError("no-webcrypto");
  }
}

/** The thumbprint of a P-256 JWK: members in lexical order, no white space (RFC 7638 section 3.2). */
export function keyId(x: string, y: string): Promise<string> {
  return digest(utf8(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`));
}

/** The key for a typed name, if this browser holds one. Creates nothing. */
export async function findByLoginName(loginName: string): Promise<DeviceKey | undefined> {
  if (globalThis.crypto?.subtle === undefined) throw new KeylessError("no-webcrypto");
  for (const key of await all()) {
    // the platform is not known before the attempt, but each key knows its own
    if (key.names.includes(await nameDigest(key.platform, loginName))) return key;
  }
  return undefined;
}

/** The first key that fits. Creates nothing. */
export async function find(fits: (key: DeviceKey) => boolean): Promise<DeviceKey | undefined> {
  return (await all()).find(fits);
}

/** Keeps a key for a name. When another tab was first, its key is the one: it is returned instead. */
export function keep(key: DeviceKey, platform: string, name: string): Promise<DeviceKey> {
  return change((keys, store) => {
    const first = keys.find((other) => other.platform === platform && other.names.includes(name));
    if (first !== undefined) return first;
    const kept = { ...key, platform, names: [name] };
    store.put(kept);
    return kept;
  });
}

/** Lets a name lead to an older, confirmed key; a key that no name leads to any more is dropped. */
export function alias(name: string, id: string): Promise<void> {
  return change((keys, store) => {
    const target = keys.find((key) => key.id === id);
    if (target === undefined) return;
    for (const key of keys) {
      if (key.id === id || key.platform !== target.platform || !key.names.includes(name)) continue;
      const names = key.names.filter((other) => other !== name);
      if (names.length === 0) store.delete(key.id);
      else store.put({ ...key, names });
    }
    if (!target.names.includes(name)) store.put({ ...target, names: [...target.names, name] });
  });
}

/** Signs with ES256 (RFC 7518 section 3.4): r and s, 64 bytes. */
export async function sign(key: DeviceKey, bytes: Bytes): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key.privateKey, bytes));
}

const DATABASE = "login-guard";
const STORE = "keys";
/** WebKit has left `open` unanswered at times; a login must not hang on it. */
const OPEN_TIME_OUT_MS = 2_000;

async function all(): Promise<DeviceKey[]> {
  const database = await open(false);
  if (database === undefined) return [];
  try {
    return await answer<DeviceKey[]>(database.transaction(STORE).objectStore(STORE).getAll());
  } catch {
    throw new KeylessError("no-indexeddb");
  } finally {
    database.close();
  }
}

async function change<T>(decide: (keys: DeviceKey[], store: IDBObjectStore) => T): Promise<T> {
  const database = await open(true);
  if (database === undefined) throw new KeylessError("no-indexeddb");
  try {
    // strict: a key that the server knows and a crash forgot would cost the person a confirmation
    const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(new KeylessError("no-indexeddb"));
    });
    const store = transaction.objectStore(STORE);
    const [result] = await Promise.all([answer<DeviceKey[]>(store.getAll()).then((keys) => decide(keys, store)), done]);
    return result;
  } catch {
    throw new KeylessError("no-indexeddb");
  } finally {
    database.close();
  }
}

/** Opens the database. Without `create`, one that does not exist is left not existing: undefined. */
function open(create: boolean): Promise<IDBDatabase | undefined> {
  return new Promise((resolve, reject) => {
    const refuse = (): void => reject(new KeylessError("no-indexeddb"));
    setTimeout(refuse, OPEN_TIME_OUT_MS);
    try {
      const request = indexedDB.open(DATABASE, 1);
      let absent = false;
      request.onupgradeneeded = () => {
        if (create) {
          request.result.createObjectStore(STORE, { keyPath: "id" });
        } else {
          absent = true;
          request.transaction?.abort();
        }
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = (event) => {
        // an aborted creation is our own doing, not an error of the page
        event.preventDefault();
        if (absent) resolve(undefined);
        else refuse();
      };
    } catch {
      refuse();
    }
  });
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
