// What a form or a link cannot do: the theme, the phone's navigation, closing what floats,
// showing a password. Every page works without it.
(function () {
  "use strict";
  var root = document.documentElement;
  var side = document.getElementById("side");
  var opener = document.querySelector("[data-side-open]");

  // Controls that need script stay hidden until it runs.
  document.querySelectorAll("[data-needs-script]").forEach(function (el) {
    el.hidden = false;
  });

  // The server draws the theme from the cookie; here it is only changed.
  function showTheme() {
    document.querySelectorAll("[data-theme-set]").forEach(function (button) {
      var on = button.dataset.themeSet === root.dataset.bsTheme;
      button.setAttribute("aria-pressed", String(on));
    });
  }
  function setTheme(theme) {
    var secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = "theme=" + theme + "; path=/; max-age=31536000; samesite=lax" + secure;
    root.dataset.bsTheme = theme;
    showTheme();
  }
  showTheme();

  function openSide(open) {
    side.classList.toggle("open", open);
    opener.setAttribute("aria-expanded", String(open));
    if (open) side.querySelector("[data-side-close]").focus();
    else opener.focus();
  }

  function togglePassword(button) {
    var field = button.parentElement.querySelector("input");
    var shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    field.focus();
  }

  // A second click while the first is under way sends nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.hasAttribute("data-sent")) event.preventDefault();
    form.setAttribute("data-sent", "");
    setTimeout(function () {
      form.removeAttribute("data-sent");
    }, 1500);
  });

  document.addEventListener("click", function (event) {
    var hit = function (selector) {
      return event.target.closest(selector);
    };
    if (hit("[data-theme-set]")) setTheme(hit("[data-theme-set]").dataset.themeSet);
    if (hit("[data-show-password]")) togglePassword(hit("[data-show-password]"));
    if (hit("[data-side-open]") || hit("[data-side-close]")) {
      event.preventDefault();
      openSide(Boolean(hit("[data-side-open]")));
    } else if (side && side.classList.contains("open") && !hit("#side")) {
      openSide(false);
    }
    document.querySelectorAll("details[data-floats][open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    if (side && side.classList.contains("open")) openSide(false);
    document.querySelectorAll("details[data-floats][open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
})();
