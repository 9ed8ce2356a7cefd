/* What makes pages quicker to use. Everything also works without it; no inline code, no eval,
   nothing a browser of about Chrome 78 could not read (no ?. and no ??). */
(function () {
  "use strict";
  var doc = document;

  function all(selector, root) {
    return Array.prototype.slice.call((root || doc).querySelectorAll(selector));
  }
  function on(type, selector, handler) {
    doc.addEventListener(type, function (event) {
      var target = event.target && event.target.closest ? event.target.closest(selector) : null;
      if (target) handler(event, target);
    });
  }
  function token() {
    var field = doc.querySelector("input[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  }

  /* menus: one open at a time; a click elsewhere or Esc closes */
  doc.addEventListener("click", function (event) {
    all("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    });
  });
  doc.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      all("details.menu[open]").forEach(function (menu) {
        menu.removeAttribute("open");
        menu.querySelector("summary").focus();
      });
      if (location.hash === "#nav") location.hash = "#main";
    }
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(doc.activeElement.tagName)) {
      var search = doc.querySelector("[data-hotkey='/']");
      if (search && search.offsetParent) {
        event.preventDefault();
        search.focus();
      }
    }
  });

  /* the sidebar folds at once; the server remembers it */
  on("submit", "form[data-fold]", function (event, form) {
    event.preventDefault();
    var button = form.querySelector("button");
    var thin = button.value === "thin";
    doc.querySelector("[data-shell]").classList.toggle("shell-thin", thin);
    fetch(form.action, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      headers: { "X-CSRFToken": token(), "Content-Type": "application/x-www-form-urlencoded" },
      body: "nav=" + button.value
    });
    button.value = thin ? "wide" : "thin";
    button.setAttribute("aria-label", thin ? "展开菜单" : "收起菜单");
    var use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/(collapse|expand)$/, thin ? "expand" : "collapse"));
    window.dispatchEvent(new Event("resize"));
  });

  /* toasts go by themselves, not while they are looked at */
  all("[data-toast]").forEach(function (toast) {
    var timer = setTimeout(function () {
      toast.parentNode.removeChild(toast);
    }, 6000);
    toast.addEventListener("mouseenter", function () {
      clearTimeout(timer);
    });
  });
  on("click", "[data-close]", function (event, button) {
    var gone = button.closest(button.getAttribute("data-close"));
    if (gone) gone.parentNode.removeChild(gone);
  });

  /* rows ticked: the bar of bulk acts appears with their number; a box over a table stands for that table */
  function boxes(form, near) {
    return all("input[name=pick][form='" + form + "']", near);
  }
  function ticked(list) {
    return list.filter(function (box) {
      return box.checked;
    }).length;
  }
  function count(form) {
    var list = boxes(form);
    var picked = ticked(list);
    all("[data-bulk='" + form + "']").forEach(function (bar) {
      bar.hidden = picked === 0;
      bar.querySelector("[data-bulk-count]").textContent = String(picked);
    });
    all("[data-pick-all='" + form + "']").forEach(function (box) {
      var mine = boxes(form, box.closest("table"));
      var some = ticked(mine);
      box.checked = some > 0 && some === mine.length;
      box.indeterminate = some > 0 && some < mine.length;
    });
    list.forEach(function (box) {
      var row = box.closest("tr");
      if (row) row.classList.toggle("picked", box.checked);
    });
  }
  function pickEach(form, value, near) {
    boxes(form, near).forEach(function (box) {
      box.checked = value;
    });
    count(form);
  }
  on("change", "input[name=pick]", function (event, box) {
    count(box.getAttribute("form"));
  });
  on("change", "[data-pick-all]", function (event, box) {
    pickEach(box.getAttribute("data-pick-all"), box.checked, box.closest("table"));
  });
  on("click", "[data-pick-none]", function (event, button) {
    pickEach(button.getAttribute("data-pick-none"), false);
  });
  all("[data-bulk]").forEach(function (bar) {
    count(bar.getAttribute("data-bulk"));
  });

  /* a condition that is ticked shows what it asks further: c_age opens c_age_min */
  function openAsked(box) {
    all("[data-field^='" + box.name + "_']", box.form).forEach(function (field) {
      field.hidden = !box.checked;
    });
  }
  all("form[data-form] input[type=checkbox][name^='c_']").forEach(openAsked);
  on("change", "form[data-form] input[type=checkbox][name^='c_']", function (event, box) {
    openAsked(box);
  });

  /* a field that is asked only while another one stands at a value */
  on("change", "form[data-form] select", function (event, box) {
    all("[data-shown-if^='" + box.name + "=']", box.form).forEach(function (field) {
      field.hidden = field.getAttribute("data-shown-if") !== box.name + "=" + box.value;
    });
  });

  /* filters send themselves */
  on("change", "form[data-autosend]", function (event, form) {
    if (event.target.type === "date" && event.target.value && event.target.value < "1900") return;
    all("input, select", form).forEach(function (field) {
      if (!field.value) field.disabled = true;
    });
    form.submit();
  });

  /* a form is sent once */
  on("submit", "form", function (event, form) {
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "");
    form.setAttribute("aria-busy", "true");
    setTimeout(function () {
      form.removeAttribute("data-sent");
      form.removeAttribute("aria-busy");
    }, 8000);
  });
  window.addEventListener("pageshow", function () {
    all("form[data-sent]").forEach(function (form) {
      form.removeAttribute("data-sent");
      form.removeAttribute("aria-busy");
    });
  });

  /* faults: the summary is read first */
  var first = doc.querySelector("[data-focus]");
  if (first) first.focus();

  /* on leaving a field the server looks at it */
  on("change", "[data-check]", function (event, input) {
    var form = input.form;
    var name = input.getAttribute("data-check");
    if (!form || !input.value) return;
    var data = new FormData(form);
    all("input[type=file]", form).forEach(function (file) {
      data.delete(file.name);
    });
    fetch(form.getAttribute("action") || location.href, {
      method: "POST",
      credentials: "same-origin",
      headers: { "X-Check-Field": name },
      body: data
    }).then(function (response) {
      return response.ok && response.status === 200 ? response.text() : "";
    }).then(function (html) {
      var field = input.closest(".field");
      if (!html || !field || field.contains(doc.activeElement)) return;
      var holder = doc.createElement("div");
      holder.innerHTML = html;
      var fresh = holder.querySelector(".field");
      var box = fresh && fresh.querySelector("[name='" + name + "']");
      if (!fresh || (box && box.value !== undefined && input.value !== box.value && box.type !== "radio" && box.value === "")) return;
      field.parentNode.replaceChild(fresh, field);
    }).catch(function () {});
  });

  /* what is typed is kept on the server, every few seconds */
  all("form[data-draft-url]").forEach(function (form) {
    var state = form.querySelector("[data-draft-state]");
    var dirty = false;
    var sending = false;
    function save() {
      if (!dirty || sending || form.hasAttribute("data-sent")) return;
      dirty = false;
      sending = true;
      var data = new FormData(form);
      all("input[type=file], input[type=password]", form).forEach(function (field) {
        data.delete(field.name);
      });
      fetch(form.getAttribute("data-draft-url"), { method: "POST", credentials: "same-origin", body: data })
        .then(function (response) {
          return response.ok ? response.json() : { saved: false };
        })
        .catch(function () {
          return { saved: false };
        })
        .then(function (answer) {
          sending = false;
          if (!answer.saved && !answer.said) dirty = true;
          /* what the next saving has to name (which state of the draft this page stands on) */
          Object.keys(answer.fresh || {}).forEach(function (name) {
            if (form.elements[name]) form.elements[name].value = answer.fresh[name];
          });
          if (state) {
            state.textContent = answer.saved ? "已自动保存 " + answer.saved : answer.said || "暂时没能保存，联网后会再试";
          }
        });
    }
    form.addEventListener("input", function () {
      dirty = true;
    });
    setInterval(save, 4000);
    doc.addEventListener("visibilitychange", function () {
      if (doc.visibilityState === "hidden") save();
    });
  });

  /* files: what has been chosen is named */
  on("change", ".upload input[type=file]", function (event, input) {
    var names = Array.prototype.map.call(input.files, function (file) {
      return file.name + "（" + (file.size > 1048576 ? (file.size / 1048576).toFixed(1) + " MB" : Math.ceil(file.size / 1024) + " KB") + "）";
    });
    input.closest(".upload").querySelector("[data-upload-names]").textContent = names.join("、");
  });
  ["dragenter", "dragleave", "drop"].forEach(function (type) {
    on(type, ".upload", function (event, box) {
      box.classList.toggle("upload-over", type === "dragenter");
    });
  });

  /* text to take along */
  on("click", "[data-copy]", function (event, button) {
    var source = doc.querySelector(button.getAttribute("data-copy"));
    var words = button.querySelector("span");
    function done() {
      var before = words.textContent;
      words.textContent = "已复制";
      setTimeout(function () {
        words.textContent = before;
      }, 2000);
    }
    var text = source.value || source.textContent;
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(done);
      return;
    }
    var area = doc.createElement("textarea");
    area.value = text;
    area.className = "sr";
    doc.body.appendChild(area);
    area.select();
    doc.execCommand("copy");
    doc.body.removeChild(area);
    done();
  });
  on("click", "[data-print]", function () {
    window.print();
  });
})();
