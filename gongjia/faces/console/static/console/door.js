/* The door: tickets are checked against the pack that lies on this phone, so that it works without network.
   Kept here: digests of tickets, a public key, moments of scans; no names. All of it goes with the last sync, and the
   pack when its hour is over. */
(function () {
  "use strict";
  var root = document.querySelector("[data-door]");
  if (!root) return;
  var KEY = "gongjia-door:" + root.getAttribute("data-door");
  var AGAIN = 10000; // ms in which the camera reading one ticket again is no second scan
  var state = load();
  var busy = false;
  var sending = null; // the sync under way
  var tries = null;

  function all(selector) {
    return Array.prototype.slice.call(root.querySelectorAll(selector));
  }
  function one(selector) {
    return root.querySelector(selector);
  }
  function load() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) || null;
    } catch (fault) {
      return null;
    }
  }
  function save() {
    try {
      if (state) localStorage.setItem(KEY, JSON.stringify(state));
      else localStorage.removeItem(KEY);
    } catch (fault) {
      say("手机存不下了，请马上同步。", "danger");
    }
  }
  function now() {
    return Date.now() + (state ? state.skew : 0); // by the server's clock, as it was when the pack came
  }
  function time(moment) {
    var at = new Date(moment);
    return ("0" + at.getHours()).slice(-2) + ":" + ("0" + at.getMinutes()).slice(-2);
  }
  function show(name, on) {
    one("[data-part=" + name + "]").hidden = !on;
  }
  function say(words, tone) {
    one("[data-said]").className = "alert alert-" + (tone || "info");
    one("[data-said-words]").textContent = words;
    show("said", !!words);
  }
  function verdict(words, tone) {
    var box = one("[data-verdict]");
    box.className = "door-verdict is-" + tone;
    one("[data-verdict-words]").textContent = words;
    if (navigator.vibrate) navigator.vibrate(tone === "ok" ? 60 : [80, 60, 80]);
  }
  function draw() {
    var pack = state && state.pack;
    show("start", !state);
    show("work", !!state);
    one("[data-net]").textContent = navigator.onLine ? "" : "没有网络，照常签";
    if (!state) return;
    one("[data-count=seen]").textContent = Object.keys(state.seen).length;
    one("[data-count=all]").textContent = pack ? pack.tickets.length : "—";
    one("[data-count=left]").textContent = state.scans.length;
    one("[data-form=type]").hidden = !pack;
    one("[data-expires]").textContent = pack
      ? "签到包能用到 " + time(new Date(pack.expires_at).getTime() - state.skew) + "，到时请同步后再领。"
      : "签到包已到时间，请同步后再领。";
  }
  function post(url, data) {
    return fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": one("[name=csrfmiddlewaretoken]").value },
      body: JSON.stringify(data),
    }).then(function (answer) {
      var json = (answer.headers.get("Content-Type") || "").indexOf("json") >= 0;
      if (!json) throw new Error(answer.redirected || answer.status === 403 ? "login" : "status " + answer.status);
      return answer.json().then(function (body) {
        if (!answer.ok) {
          var refused = new Error(body.said || "");
          refused.refused = true;
          throw refused;
        }
        return body;
      });
    });
  }
  function explain(fault) {
    if (fault.refused) return fault.message;
    if (fault.message === "login") return "登录已过期。请重新登录后打开本页再同步，扫过的都还在手机里。";
    if (fault.message.indexOf("status") === 0) return "现在办不了，请稍后再试；扫过的都还在手机里。";
    return "没有网络，等有网络再试；扫过的都还在手机里。";
  }

  // the page itself, for as long as the pack is here
  function worker(message) {
    if (!navigator.serviceWorker) return Promise.resolve("none");
    return navigator.serviceWorker
      .register(root.getAttribute("data-worker"))
      .then(function () {
        return navigator.serviceWorker.ready;
      })
      .then(function (registration) {
        return new Promise(function (done) {
          var channel = new MessageChannel();
          channel.port1.onmessage = function (event) {
            done(event.data);
          };
          setTimeout(done, 5000);
          registration.active.postMessage(message, [channel.port2]);
        });
      })
      .catch(function () {
        return "none";
      });
  }
  function parts() {
    var urls = [location.pathname];
    Array.prototype.forEach.call(document.querySelectorAll("link[rel=stylesheet], script[src], img[src], link[rel=icon]"), function (tag) {
      urls.push(tag.href || tag.src);
    });
    Array.prototype.forEach.call(document.querySelectorAll("svg use"), function (use) {
      urls.push(use.getAttribute("href").split("#")[0]);
    });
    return urls.filter(function (url, at) {
      return url && url.indexOf("data:") !== 0 && urls.indexOf(url) === at;
    });
  }

  function fetchPack() {
    if (busy) return;
    busy = true;
    say("");
    var device = document.getElementById("f-device").value.trim() || "签到台";
    post(root.getAttribute("data-pack"), { device: device })
      .then(function (pack) {
        state = { pack: pack, device: device, scans: [], seen: {}, skew: new Date(pack.issued_at).getTime() - Date.now() };
        save();
        draw();
        verdict("等待扫码", "wait");
        return worker({ keep: parts() });
      })
      .then(function (kept) {
        root.setAttribute("data-kept", kept || "none");
        if (kept !== "kept") say("没有网络时请不要关掉、不要刷新这个页面，其他照常。", "info");
      })
      .catch(function (fault) {
        say(explain(fault), "danger");
      })
      .then(function () {
        busy = false;
      });
  }

  // the eight digits that stand under the code; the same as `short_code` of the portal
  function shortOf(digest) {
    var text = String(parseInt(digest.slice(0, 12), 16) % 100000000);
    return ("00000000" + text).slice(-8);
  }
  function read(text) {
    text = text.trim();
    if (text.indexOf("GJT1.") === 0) return { digest: window.sha256(text), text: text };
    var digits = text.replace(/[\s-]/g, "");
    if (!/^\d{8}$/.test(digits)) return { fault: "这不是入场票，请扫票上的码，或输入 8 位数" };
    var hits = state.pack.tickets.filter(function (digest) {
      return shortOf(digest) === digits;
    });
    if (hits.length > 1) return { fault: "有两张票是这个数，请扫码" };
    if (!hits.length) return { fault: "名单里没有这个数，请核对" };
    return { digest: hits[0] };
  }

  // A ticket that is not in the pack may be of somebody who got the place since: its signature tells, where the
  // browser can check one; with network the server says it.
  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    var made = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) made[i] = raw.charCodeAt(i);
    return made;
  }
  function signed(text) {
    if (!window.crypto || !crypto.subtle) return Promise.resolve(null);
    try {
      var packed = bytes(text.slice(5));
      // written in one way only: another spelling of the same bytes would be another ticket to the list
      var again = btoa(String.fromCharCode.apply(null, packed)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
      if (packed.length !== 83 || packed[0] !== 1 || again !== text.slice(5)) return Promise.resolve(false);
      var hex = state.pack.event.replace(/-/g, "");
      var head = "gongjia ticket\0";
      var message = new Uint8Array(head.length + 16 + 19);
      for (var i = 0; i < head.length; i++) message[i] = head.charCodeAt(i);
      for (i = 0; i < 16; i++) message[head.length + i] = parseInt(hex.substr(i * 2, 2), 16);
      message.set(packed.slice(0, 19), head.length + 16);
      return crypto.subtle
        .importKey("raw", bytes(state.pack.key), { name: "Ed25519" }, false, ["verify"])
        .then(function (key) {
          return crypto.subtle.verify({ name: "Ed25519" }, key, packed.slice(19), message);
        })
        .catch(function () {
          return null; // an older browser
        });
    } catch (fault) {
      return Promise.resolve(false);
    }
  }
  function stranger(found) {
    if (!found.text) return;
    if (navigator.onLine) {
      verdict("正在核对", "wait");
      post(root.getAttribute("data-scan"), { text: found.text, device: state.device })
        .then(function (said) {
          if (said.verdict === "ok") {
            state.seen[found.digest] = now();
            save();
            verdict(said.standing === "late" ? "有效，迟到" : "有效", said.standing === "late" ? "late" : "ok");
          } else verdict(said.words || "不是这一场的票", "bad");
          draw();
        })
        .catch(function (fault) {
          if (fault.refused) verdict(fault.message, "bad");
          else unsure(found);
        });
      return;
    }
    unsure(found);
  }
  function unsure(found) {
    signed(found.text).then(function (good) {
      if (good) {
        note(found.digest);
        state.fresh = true;
        verdict("票是真的，但不在签到包里，先记下", "late");
      } else verdict("不是这一场的票", "bad");
      save();
      draw();
    });
  }
  function note(digest) {
    state.seen[digest] = now();
    state.scans.push({ ticket: digest, at: new Date(now()).toISOString() });
    save();
  }

  function take(text) {
    if (!state) return;
    expire();
    if (!state || !state.pack) {
      verdict("签到包已到时间", "bad");
      return;
    }
    var found = read(text);
    if (found.fault) {
      verdict(found.fault, "bad");
      return;
    }
    var before = state.seen[found.digest];
    if (before && now() - before < AGAIN) return;
    if (state.pack.tickets.indexOf(found.digest) < 0) {
      stranger(found);
      return;
    }
    note(found.digest);
    if (before) verdict("这张票 " + time(before - state.skew) + " 已经签过", "again");
    else if (now() > new Date(state.pack.late_after).getTime()) verdict("有效，迟到", "late");
    else verdict("有效", "ok");
    draw();
    send();
  }

  // to the server: what is there is sent and then forgotten; the moments stay until the end, to see a ticket twice
  function send() {
    if (!state || !state.scans.length || !navigator.onLine) return Promise.resolve(false);
    if (sending) return sending;
    var batch = state.scans.slice(0, 5000);
    var fresh = state.fresh
      ? post(root.getAttribute("data-pack"), { device: state.device }).catch(function () {
          return null; // only so that the server notes the tickets given since
        })
      : Promise.resolve(null);
    sending = fresh
      .then(function () {
        return post(root.getAttribute("data-sync"), { pack: state.pack_key || state.pack.pack, scans: batch });
      })
      .then(function (answer) {
        state.scans = state.scans.slice(batch.length);
        state.fresh = false;
        save();
        draw();
        name(answer.named);
        say("已同步 " + batch.length + " 条，名单 " + answer.expected + " 人，已到 " + answer.came + " 人。", "success");
        sending = null;
        return true;
      })
      .catch(function (fault) {
        sending = null;
        say(explain(fault), "warning");
        if (tries === null) {
          tries = setTimeout(function () {
            tries = null;
            send();
          }, 15000);
        }
        return false;
      });
    return sending;
  }
  function name(rows) {
    if (!rows.length) return;
    show("named", true);
    var list = one("[data-named]");
    rows.forEach(function (row) {
      var item = document.createElement("li");
      item.innerHTML = '<div class="cell"><span class="cell-words"><b></b><small></small></span></div>';
      item.querySelector("b").textContent = row.name || "票 " + shortOf(row.ticket);
      item.querySelector("small").textContent = row.words;
      list.appendChild(item);
    });
  }

  function wipe() {
    state = null;
    save();
    camera.stop();
    draw();
    return worker({ forget: true }).then(function () {
      root.setAttribute("data-kept", "");
    });
  }
  function finish() {
    if (!state) return;
    if (!state.scans.length) {
      wipe().then(function () {
        say("已同步，手机里的签到包已清除。", "success");
      });
      return;
    }
    if (!navigator.onLine) {
      say("没有网络，还有 " + state.scans.length + " 条没同步。等有网络再点，扫过的都还在手机里。", "warning");
      return;
    }
    send().then(function (done) {
      if (done) finish();
    });
  }
  function expire() {
    if (!state || !state.pack || now() < new Date(state.pack.expires_at).getTime()) return;
    if (!state.scans.length) {
      wipe();
      say("签到包已到时间，已清除。还要签的请再领一次。", "info");
      return;
    }
    state.pack_key = state.pack.pack;
    state.pack = null; // what was scanned stays until it is sent
    save();
    draw();
  }

  var camera = window.doorCamera(root, { take: take, say: say, verdict: verdict });
  var acts = { fetch: fetchPack, finish: finish, camera: camera.turn };
  all("[data-do]").forEach(function (button) {
    button.addEventListener("click", acts[button.getAttribute("data-do")]);
  });
  one("[data-form=type]").addEventListener("submit", function (event) {
    event.preventDefault();
    var field = document.getElementById("f-code");
    take(field.value);
    field.value = "";
    field.focus();
  });
  window.addEventListener("online", function () {
    draw();
    send();
  });
  window.addEventListener("offline", draw);
  setInterval(function () {
    expire();
    draw();
  }, 15000);
  expire();
  draw();
  send();
})();
