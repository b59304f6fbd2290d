// The log of a day: what is typed is kept on the phone until the server has it.
// Without script the form goes as any form does.
(function () {
  "use strict";
  var PREFIX = "tongxing-log-";

  function read(key) {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + key) || "null");
    } catch (ignored) {
      return null; // a private window keeps nothing
    }
  }

  function keep(key, draft) {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify(draft));
      return true;
    } catch (ignored) {
      return false;
    }
  }

  function forget(key) {
    try {
      localStorage.removeItem(PREFIX + key);
    } catch (ignored) {
      return;
    }
  }

  var saved = document.querySelector("[data-log-saved]");
  if (saved) forget(saved.getAttribute("data-log-saved"));

  var form = document.getElementById("log");
  if (!form || !window.fetch || !window.FormData) return;

  var key = form.getAttribute("data-draft");
  var kept = document.getElementById("log-kept");
  var hint = document.getElementById("log-hint");
  var uploads = document.getElementById("log-uploads");
  var button = form.querySelector("button[type=submit]");
  var plain = hint.lastElementChild.textContent;
  var sending = false;
  var waits = false; // pressed while there was no network
  var queue = null; // photos still to go, once the text is there
  var place = null;
  var after = "";

  function say(text, off) {
    hint.lastElementChild.textContent = text;
    hint.classList.toggle("is-off", Boolean(off));
  }

  function values() {
    return {
      kinds: Array.prototype.map.call(form.querySelectorAll("[name=kinds]:checked"), function (it) {
        return it.value;
      }),
      lessons_given: form.elements.lessons_given.value,
      lessons_heard: form.elements.lessons_heard.value,
      text: form.elements.text.value,
      at: Date.now(),
      held: form.getAttribute("data-held"),
    };
  }

  function clock(at) {
    var time = new Date(at);
    return ("0" + time.getHours()).slice(-2) + ":" + ("0" + time.getMinutes()).slice(-2);
  }

  function store() {
    var draft = values();
    if (keep(key, draft)) kept.textContent = "草稿已存 " + clock(draft.at);
  }

  // Give back what was typed, unless the server has something newer.
  function restore() {
    var draft = read(key);
    if (!draft) return;
    if (draft.held !== form.getAttribute("data-held")) {
      forget(key);
      return;
    }
    form.querySelectorAll("[name=kinds]").forEach(function (it) {
      it.checked = draft.kinds.indexOf(it.value) >= 0;
    });
    ["lessons_given", "lessons_heard", "text"].forEach(function (name) {
      form.elements[name].value = draft[name];
    });
    kept.textContent = "已恢复 " + clock(draft.at) + " 的草稿";
  }

  function uuid() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return Array.prototype.map
      .call(bytes, function (it, n) {
        return ([4, 6, 8, 10].indexOf(n) >= 0 ? "-" : "") + ("0" + it.toString(16)).slice(-2);
      })
      .join("");
  }

  function post(address, data) {
    return fetch(address, {
      method: "POST",
      body: data,
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    }).then(function (answer) {
      if (answer.redirected) {
        // The session is over: the text waits here while they sign in again.
        location.assign(form.getAttribute("action") || location.href);
        return new Promise(function () {});
      }
      if (answer.status >= 500) throw new Error("server");
      return answer.json().then(function (said) {
        return { ok: answer.ok, said: said };
      });
    });
  }

  function offline() {
    sending = false;
    waits = true;
    button.disabled = false;
    store();
    say(
      queue ? "文字已提交，照片还没传完，联网后自动继续" : "现在没有网络，已存在本机，联网后自动提交",
      true
    );
  }

  function refused(errors) {
    sending = false;
    waits = false;
    button.disabled = false;
    say(errors.join(""), true);
  }

  function sendPhotos() {
    if (!queue.length) {
      location.assign(after);
      return;
    }
    var photo = queue[0];
    var data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.append("key", photo.key);
    data.append("photo", photo.file, photo.file.name);
    photo.line.lastElementChild.textContent = "正在上传……";
    post(place, data).then(function (answer) {
      if (!answer.ok) {
        photo.line.lastElementChild.textContent = answer.said.errors.join("");
        queue.shift();
        refused(["有照片没有接收，文字已保存；请换一张，或直接离开本页"]);
        form.elements.photos.value = "";
        queue = queue.length ? queue : null;
        return;
      }
      photo.line.lastElementChild.textContent = "已上传";
      queue.shift();
      sendPhotos();
    }, offline);
  }

  function send() {
    if (sending) return;
    sending = true;
    waits = false;
    button.disabled = true;
    if (queue) {
      say("正在上传照片……");
      sendPhotos();
      return;
    }
    say("正在提交……");
    var data = new FormData(form);
    data.delete("photos");
    post(form.getAttribute("action") || location.href, data).then(function (answer) {
      if (!answer.ok) {
        refused(answer.said.errors);
        return;
      }
      forget(key);
      kept.textContent = "";
      place = answer.said.photos;
      after = answer.said.after;
      queue = Array.prototype.map.call(form.elements.photos.files, function (file) {
        var line = document.createElement("li");
        line.appendChild(document.createElement("span")).textContent = file.name;
        line.appendChild(document.createElement("span")).textContent = "等待上传";
        uploads.appendChild(line);
        return { file: file, key: uuid(), line: line };
      });
      sendPhotos();
    }, offline);
  }

  restore();
  form.addEventListener("input", store);
  form.addEventListener("change", store);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    store();
    if (navigator.onLine === false) offline();
    else send();
  });
  window.addEventListener("online", function () {
    say(plain);
    if (waits) send();
  });
  window.addEventListener("offline", function () {
    say("现在没有网络，写下的存在本机", true);
  });
})();
