/* The search box in the top bar: results as somebody types, Ctrl-K, arrows. */
(function () {
  "use strict";
  var form = document.querySelector("[data-search]");
  if (!form) return;
  var input = form.querySelector("input[type=search]");
  var list = form.querySelector("[role=listbox]");
  var status = form.querySelector("[role=status]");
  var WAIT = 150; // ms after the last key
  var timer = 0;
  var asked = "";
  var running = null;
  var active = -1;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  function options() {
    return list.querySelectorAll("[role=option]");
  }
  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  }
  function choose(index) {
    var all = options();
    if (all[active]) all[active].setAttribute("aria-selected", "false");
    active = index;
    if (!all[active]) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    all[active].setAttribute("aria-selected", "true");
    all[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", all[active].id);
  }
  function take(html) {
    list.innerHTML = html;
    var all = options();
    all.forEach(function (option, index) {
      option.id = "top-found-" + index;
    });
    active = -1;
    status.textContent = all.length ? "找到 " + all.length + " 项" : "没有找到";
    show(true);
  }
  function ask() {
    var word = input.value.trim();
    if (word === asked) {
      show(Boolean(word) && list.innerHTML !== "");
      return;
    }
    asked = word;
    if (running) running.abort();
    if (!word) {
      list.innerHTML = "";
      show(false);
      return;
    }
    running = new AbortController();
    var query = new URLSearchParams(new FormData(form));
    fetch(form.dataset.search + "?" + query, { signal: running.signal })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(take)
      .catch(function (error) {
        if (error.name === "AbortError") return;
        asked = ""; // the form itself still leads to the page of results
        show(false);
      });
  }

  input.addEventListener("input", function (event) {
    if (event.isComposing) return; // pinyin that is still being typed into an input method
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("compositionend", function () {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("focus", ask);
  input.addEventListener("keydown", function (event) {
    var count = options().length;
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      show(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      if (list.hidden) show(true);
      var step = event.key === "ArrowDown" ? 1 : -1;
      choose(active < 0 && step < 0 ? count - 1 : (active + step + count) % count);
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      options()[active].click();
    }
  });
  form.addEventListener("focusout", function (event) {
    if (!form.contains(event.relatedTarget)) show(false);
  });
  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
      if (!input.offsetParent) return; // on phones the box is not there
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
})();
