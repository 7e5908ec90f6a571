/** The generated glue; build.mjs says where it is, and checks that it is like this. */
declare module "login-guard-glue" {
  export const component: import("./evidence-module").Glue["component"];
  export const document: import("./evidence-module").Glue["document"];
  export const initSync: import("./evidence-module").Glue["initSync"];
  export const probe: import("./evidence-module").Glue["probe"];
}
