// The page of a running job draws itself anew; without script a link does it.
(function () {
  "use strict";
  var wait = 1500;

  function again() {
    var old = document.getElementById("job");
    if (!old || !old.hasAttribute("data-open")) return;
    fetch(location.href, { credentials: "same-origin", cache: "no-store" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error("gone");
        return answer.text();
      })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("job");
        var focused = old.contains(document.activeElement) && document.activeElement.type;
        old.replaceWith(fresh);
        if (focused === "submit") {
          var button = fresh.querySelector("button[type=submit]");
          if (button) button.focus();
        }
        setTimeout(again, wait);
      })
      .catch(function () {
        wait = Math.min(wait * 2, 30000); // the server rests or the session is over: ask less
        setTimeout(again, wait);
      });
  }
  setTimeout(again, wait);
})();
