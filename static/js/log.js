// The log of a day: what is typed and photographed stays on the phone until the server has it
// . Without script the form goes as any form does.
(function () {
  "use strict";
  var PREFIX = "tongxing-log-";
  var AGAIN = 15000; // a failed attempt is repeated after so many milliseconds

  // ---- what is kept: text in localStorage, photos in IndexedDB; a private window keeps nothing

  function read(key) {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + key) || "null");
    } catch (ignored) {
      return null;
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

  function photos(mode, work) {
    return new Promise(function (done) {
      var opening;
      try {
        opening = indexedDB.open("tongxing-log", 1);
      } catch (ignored) {
        done(null);
        return;
      }
      opening.onupgradeneeded = function () {
        opening.result.createObjectStore("photos", { keyPath: "key" });
      };
      opening.onerror = function () {
        done(null);
      };
      opening.onsuccess = function () {
        var change = opening.result.transaction("photos", mode);
        var asked = work(change.objectStore("photos"));
        change.oncomplete = function () {
          opening.result.close();
          done(asked && asked.result);
        };
        change.onerror = change.onabort = function () {
          opening.result.close();
          done(null);
        };
      };
    });
  }

  var saved = document.querySelector("[data-log-saved]");
  if (saved) forget(saved.getAttribute("data-log-saved"));

  var form = document.getElementById("log");
  if (!form || !window.fetch || !window.FormData || !window.Promise) return;

  var key = form.getAttribute("data-draft");
  var kept = document.getElementById("log-kept");
  var hint = document.getElementById("log-hint");
  var uploads = document.getElementById("log-uploads");
  var chooser = form.querySelector("[type=file]");
  var button = form.querySelector("button[type=submit]");
  var plain = hint.lastElementChild.textContent;
  var sending = false;
  var waits = false; // to be sent as soon as it can
  var queue = []; // photos still to go
  var place = form.getAttribute("data-photos") || ""; // where they go, once the text is there
  var only = Boolean(place); // a log that its host has commented on takes photos, no text
  var after = only ? location.pathname : "";
  var changed = !only; // there is text that the server has not
  var timer = 0;

  function say(text, off) {
    hint.lastElementChild.textContent = text;
    hint.classList.toggle("is-off", Boolean(off));
  }

  function clock(at) {
    var time = new Date(at);
    return ("0" + time.getHours()).slice(-2) + ":" + ("0" + time.getMinutes()).slice(-2);
  }

  function store() {
    if (only) {
      keep(key, Object.assign(read(key) || {}, { waits: waits }));
      return;
    }
    var draft = {
      kinds: Array.prototype.map.call(form.querySelectorAll("[name=kinds]:checked"), function (it) {
        return it.value;
      }),
      lessons_given: form.elements.lessons_given.value,
      lessons_heard: form.elements.lessons_heard.value,
      text: form.elements.text.value,
      at: Date.now(),
      held: form.getAttribute("data-held"),
      waits: waits,
    };
    if (keep(key, draft)) kept.textContent = "草稿已存 " + clock(draft.at);
  }

  // Give back what was typed, unless the server has something newer.
  function restore() {
    var draft = read(key);
    if (!draft) return;
    if (only) {
      var told = form.getAttribute("data-text");
      if (draft.text && draft.text.replace(/\s+/g, "") !== told.replace(/\s+/g, "")) {
        kept.textContent = "这台手机上还有一句没交上的话：“" + draft.text + "”";
      }
      waits = Boolean(draft.waits);
      return;
    }
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
    waits = Boolean(draft.waits);
  }

  // ---- photos

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

  function show(photo) {
    photo.line = document.createElement("li");
    photo.line.appendChild(document.createElement("span")).textContent = photo.name;
    photo.said = photo.line.appendChild(document.createElement("span"));
    photo.said.textContent = "提交时上传";
    photo.out = photo.line.appendChild(document.createElement("button"));
    photo.out.type = "button";
    photo.out.className = "btn btn-line btn-row";
    photo.out.textContent = "移去";
    photo.out.setAttribute("aria-label", "移去" + photo.name);
    photo.out.addEventListener("click", function () {
      if (sending) return;
      drop(photo);
      uploads.removeChild(photo.line);
    });
    uploads.appendChild(photo.line);
    queue.push(photo);
  }

  function drop(photo) {
    queue.splice(queue.indexOf(photo), 1);
    photos("readwrite", function (all) {
      return all.delete(photo.key);
    });
  }

  function chosen() {
    Array.prototype.forEach.call(chooser.files, function (file) {
      var photo = { key: uuid(), draft: key, name: file.name, file: file };
      show(photo);
      photos("readwrite", function (all) {
        return all.put({ key: photo.key, draft: key, name: photo.name, file: file });
      });
    });
    chooser.value = "";
  }

  function photosAgain() {
    return photos("readonly", function (all) {
      return all.getAll();
    }).then(function (all) {
      (all || []).forEach(function (it) {
        if (it.draft === key) show(it);
      });
    });
  }

  // ---- sending

  function Failed(sentence) {
    this.sentence = sentence;
  }

  function post(address, data) {
    return fetch(address, {
      method: "POST",
      body: data,
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    }).then(function (answer) {
      if ((answer.redirected || answer.status === 403) && !sessionStorage.getItem(PREFIX + "again")) {
        // The session or its form is over. All is kept here; it goes after they sign in again.
        sessionStorage.setItem(PREFIX + "again", "1"); // once, or a browser without cookies goes round
        waits = true;
        store();
        location.assign(location.href);
        return new Promise(function () {});
      }
      if (answer.status < 500 && answer.status !== 200 && answer.status !== 422) {
        return { ok: false, said: { errors: ["没有接收，内容仍在本机，请重新登录后再提交。"] } };
      }
      sessionStorage.removeItem(PREFIX + "again");
      if (answer.status === 200 || answer.status === 422) {
        return answer.json().then(function (said) {
          return { ok: answer.ok, said: said };
        });
      }
      throw new Failed("服务器暂时没有应答");
    });
  }

  function later(error) {
    var why =
      error instanceof Failed
        ? error.sentence
        : navigator.onLine === false
          ? "现在没有网络"
          : "没有连上服务器";
    sending = false;
    waits = true;
    button.disabled = false;
    store();
    say(why + (place ? "，文字已提交，照片稍后自动继续" : "，已存在本机，稍后自动提交"), true);
    clearTimeout(timer);
    timer = setTimeout(send, AGAIN);
  }

  function refused(errors) {
    sending = false;
    waits = false;
    button.disabled = false;
    store();
    say(errors.join(""), true);
  }

  // A photo that is refused stays here until its owner sends it again or takes it away.
  function sendPhotos() {
    var photo = queue.filter(function (it) {
      return !it.refused;
    })[0];
    if (!photo && queue.length) {
      refused(["有照片没有传上，还在这台手机上：照所写的原因办好后再提交，或移去。"]);
      return;
    }
    if (!photo) {
      if (only) forget(key);
      location.assign(after);
      return;
    }
    var data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.append("key", photo.key);
    data.append("photo", photo.file, photo.name);
    photo.said.textContent = "正在上传……";
    post(place, data).then(function (answer) {
      if (answer.ok) {
        photo.said.textContent = "已上传";
        photo.out.remove();
        drop(photo);
      } else {
        photo.refused = true;
        photo.said.textContent = answer.said.errors.join("");
      }
      sendPhotos();
    }, later);
  }

  function send() {
    if (sending) return;
    clearTimeout(timer);
    sending = true;
    button.disabled = true;
    queue.forEach(function (it) {
      it.refused = false;
    });
    if (!changed) {
      say("正在上传照片……");
      sendPhotos();
      return;
    }
    say("正在提交……");
    var data = new FormData(form);
    data.delete("photos");
    post(location.href, data).then(function (answer) {
      if (!answer.ok) {
        refused(answer.said.errors.concat(queue.length ? "照片还在这台手机上。" : []));
        return;
      }
      changed = false;
      place = answer.said.photos;
      after = answer.said.after;
      form.setAttribute("data-held", answer.said.held);
      waits = queue.length > 0;
      store();
      say("正在上传照片……");
      sendPhotos();
    }, later);
  }

  restore();
  photosAgain().then(function () {
    waits = waits && (changed || queue.length > 0);
    if (only && queue.length) form.parentNode.open = true;
    if (waits && navigator.onLine !== false) send();
    else if (waits) say("现在没有网络，联网后自动提交", true);
  });
  function edited(event) {
    if (event.target !== chooser) changed = true;
    else if (event.type === "change") chosen();
    store();
  }
  form.addEventListener("input", edited);
  form.addEventListener("change", edited);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (only && !queue.length) {
      say("请先选照片。", true);
      return;
    }
    waits = true;
    store();
    if (navigator.onLine === false) later();
    else send();
  });
  window.addEventListener("online", function () {
    say(plain);
    if (waits) send();
  });
  window.addEventListener("offline", function () {
    if (!waits) say("现在没有网络，写下的存在本机", true);
  });
})();
