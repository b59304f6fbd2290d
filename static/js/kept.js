// Puts what was typed before a session lapsed or was renewed back into its form. Nothing is sent: the person looks
// at it and submits. What finds no field stays listed in the notice.
(function () {
  "use strict";
  var notice = document.getElementById("kept");
  var told = document.getElementById("kept-fields");
  if (!notice || !told) return;
  var fields = JSON.parse(told.textContent);
  var action = new URL(notice.getAttribute("data-action"), location.href).pathname;

  function named(form, name) {
    return Array.prototype.filter.call(form.elements, function (it) {
      return it.name === name && ["hidden", "file", "password", "submit"].indexOf(it.type) < 0;
    });
  }

  // The form that posts to the same address and has most of the fields.
  function wanted() {
    var best = null;
    var most = 0;
    Array.prototype.forEach.call(document.forms, function (form) {
      if (form.method !== "post") return;
      if (new URL(form.getAttribute("action") || location.href, location.href).pathname !== action) return;
      var found = fields.filter(function (it) {
        return named(form, it[0]).length;
      }).length;
      if (found > most) {
        best = form;
        most = found;
      }
    });
    return best;
  }

  function fill(inputs, values) {
    inputs.forEach(function (it, place) {
      if (it.type === "checkbox" || it.type === "radio") {
        it.checked = values.indexOf(it.value) >= 0;
      } else if (it.type === "select-multiple") {
        Array.prototype.forEach.call(it.options, function (option) {
          option.selected = values.indexOf(option.value) >= 0;
        });
      } else if (place < values.length) {
        it.value = values[place];
      }
      ["input", "change"].forEach(function (kind) {
        it.dispatchEvent(new Event(kind, { bubbles: true }));
      });
    });
  }

  var form = wanted();
  if (!form) return;
  notice.style.maxWidth = Math.max(form.offsetWidth, 480) + "px"; // as wide as what it speaks of
  fields.forEach(function (field) {
    var inputs = named(form, field[0]);
    var hidden = form.elements[field[0]] && !inputs.length;
    if (inputs.length) fill(inputs, field[1]);
    if (!inputs.length && !hidden) return;
    notice.querySelectorAll("[data-kept-name]").forEach(function (line) {
      if (line.getAttribute("data-kept-name") === field[0]) line.remove();
    });
  });
  notice.querySelector("[data-kept-plain]").hidden = true;
  notice.querySelector("[data-kept-placed]").hidden = false;
  if (!notice.querySelector("[data-kept-name]")) notice.querySelector("details").remove();
})();
