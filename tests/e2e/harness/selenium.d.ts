// The package names this file with its folder; the published types know the folder only.
declare module "selenium-webdriver/http/index.js" {
  export * from "selenium-webdriver/http.js";
}
