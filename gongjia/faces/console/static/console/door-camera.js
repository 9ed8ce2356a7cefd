/* The camera at the door: the browser reads a code where it can, else our own decoder does, without network too. */
window.doorCamera = function (root, door) {
  "use strict";
  var VIDEO = 640; // the longer side of a picture that is looked at, in points
  var PHOTO = 1280;
  var PAUSE = 150; // ms between two looks
  var detector = null;
  var stream = null;
  var looking = null;
  var canvas = null;
  function stop() {
    if (looking) clearTimeout(looking);
    looking = null;
    if (stream)
      stream.getTracks().forEach(function (track) {
        track.stop();
      });
    stream = null;
    root.querySelector("[data-camera]").hidden = true;
  }
  function points(source, most) {
    var width = source.videoWidth || source.width;
    var height = source.videoHeight || source.height;
    var scale = Math.min(1, most / Math.max(width, height));
    canvas = canvas || document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    var pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  }
  function codeIn(source, most) {
    if (detector) {
      return detector.detect(source).then(function (codes) {
        return codes.length ? codes[0].rawValue : "";
      });
    }
    return new Promise(function (done) {
      var seen = points(source, most);
      var how = { inversionAttempts: most === PHOTO ? "attemptBoth" : "dontInvert" };
      var found = window.jsQR(seen.data, seen.width, seen.height, how);
      done(found ? found.data : "");
    });
  }
  function watch(video, mine) {
    looking = setTimeout(function () {
      if (stream !== mine) return;
      var seen = video.readyState >= 2 ? codeIn(video, VIDEO) : Promise.resolve("");
      seen
        .then(function (text) {
          if (text && stream === mine) door.take(text);
        })
        .catch(function () {})
        .then(function () {
          if (stream === mine) watch(video, mine);
        });
    }, PAUSE);
  }
  function turn() {
    if (stream) {
      stop();
      return;
    }
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: "environment" }, audio: false })
      .then(function (found) {
        stream = found;
        var video = root.querySelector("[data-video]");
        video.srcObject = found;
        root.querySelector("[data-camera]").hidden = false;
        video.play();
        watch(video, found);
      })
      .catch(function () {
        door.say("打不开摄像头。请允许使用摄像头，或输入票上的 8 位数。", "warning");
      });
  }
  function photo(event) {
    var file = event.target.files[0];
    event.target.value = "";
    if (!file) return;
    createImageBitmap(file)
      .then(function (picture) {
        return codeIn(picture, PHOTO);
      })
      .then(function (text) {
        if (text) door.take(text);
        else door.verdict("照片里没有看到码，请靠近再拍", "bad");
      })
      .catch(function () {
        door.verdict("照片认不出来，请输入票上的 8 位数", "bad");
      });
  }
  function ready() {
    root.querySelector("[data-photo]").hidden = !window.createImageBitmap;
    root.querySelector("[data-do=camera]").hidden = !(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
  }
  function ownDecoder() {
    var script = document.createElement("script"); // kept on the phone with the page, like every other part of it
    script.src = root.getAttribute("data-decoder");
    script.onload = ready;
    document.head.appendChild(script);
  }
  var native = window.BarcodeDetector;
  if (native && native.getSupportedFormats) {
    native
      .getSupportedFormats()
      .then(function (formats) {
        if (formats.indexOf("qr_code") < 0) throw new Error("no codes");
        detector = new native({ formats: ["qr_code"] });
        ready();
      })
      .catch(function () {
        detector = null;
        ownDecoder();
      });
  } else ownDecoder();
  root.querySelector("[data-photo-input]").addEventListener("change", photo);
  return { turn: turn, stop: stop };
};
