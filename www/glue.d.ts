/** The generated glue; build.mjs says where it is, and checks that it is like this. */
declare module "login-guard-glue" {
  const start: import("./evidence-module").Glue["default"];
  export default start;
  export const component: import("./evidence-module").Glue["component"];
  export const document: import("./evidence-module").Glue["document"];
}
