// Draws every chart of the page from the options beside it, the same that draw it on paper.
// Names of tokens (--c1) stand for the colours and faces of the page's theme (see core/charts.py).
(function () {
  "use strict";
  var root = document.documentElement;

  function resolved(value, tokens) {
    if (Array.isArray(value)) {
      return value.map(function (inner) {
        return resolved(inner, tokens);
      });
    }
    if (value && typeof value === "object") {
      var copy = {};
      Object.keys(value).forEach(function (key) {
        copy[key] = resolved(value[key], tokens);
      });
      return copy;
    }
    if (typeof value === "string" && value.indexOf("--") === 0) {
      return tokens.getPropertyValue(value).trim() || value;
    }
    return value;
  }

  function keep(place) {
    var options = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    var chart = null;
    place.style.height = options.drawnHeight + "px";

    function draw() {
      if (!place.clientWidth) return; // on a phone the table takes its place
      // On canvas: as SVG it would write style attributes, which the content policy forbids.
      chart = chart || echarts.init(place, null, { renderer: "canvas" });
      chart.setOption(resolved(options, getComputedStyle(root)), true);
      chart.resize();
    }
    new ResizeObserver(draw).observe(place);
    new MutationObserver(draw).observe(root, { attributeFilter: ["data-bs-theme"] });
  }

  root.classList.add("js");
  document.querySelectorAll("[data-chart]").forEach(keep);
})();
