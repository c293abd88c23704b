/* jQuery as the pages' scripts use it: as `$`. */
export { default as $ } from "jquery";
