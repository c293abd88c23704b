/* For browsers without modules: says that they are too old. Written so that they understand it. */
(function () {
  document.querySelector('[data-part="too-old"]').hidden = false;
  document.querySelector('[data-part="status"]').hidden = true;
})();
