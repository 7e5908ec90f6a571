/** The generated glue of the module's second build; build.mjs says where it is, and checks that it is like this. */
declare module "login-guard-inspect-glue" {
  const start: import("./inspector-module").InspectGlue["default"];
  export default start;
  export const inspect: import("./inspector-module").InspectGlue["inspect"];
  export const document: import("./inspector-module").InspectGlue["document"];
}
