// The page of a running job draws itself anew; without script a link does it.
(function () {
  "use strict";
  var wait = 1500;

  // What else of the page the job changes, such as the list of what it makes; only when it did.
  function follow(part, fresh) {
    if (!fresh || fresh.innerHTML === part.innerHTML) return;
    var link = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
    part.replaceWith(fresh);
    fresh.querySelectorAll("a").forEach(function (it) {
      if (link && it.getAttribute("href") === link) it.focus();
    });
  }

  function again() {
    var old = document.getElementById("job");
    if (!old || !old.hasAttribute("data-open")) return;
    fetch(location.href, { credentials: "same-origin", cache: "no-store" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error("gone");
        return answer.text();
      })
      .then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        var fresh = page.getElementById("job");
        var focused = old.contains(document.activeElement) && document.activeElement.type;
        old.replaceWith(fresh);
        if (focused === "submit") {
          var button = fresh.querySelector("button[type=submit]");
          if (button) button.focus();
        }
        document.querySelectorAll("[data-with-job]").forEach(function (part) {
          follow(part, page.getElementById(part.id));
        });
        setTimeout(again, wait);
      })
      .catch(function () {
        wait = Math.min(wait * 2, 30000); // the server rests or the session is over: ask less
        setTimeout(again, wait);
      });
  }
  setTimeout(again, wait);
})();
