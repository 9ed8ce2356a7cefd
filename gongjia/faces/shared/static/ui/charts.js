/* Charts from a plain description beside them (`ui.chart`), drawn with the tokens' colours.
   Every mark opens its records; the table under the picture says the same numbers. */
(function () {
  "use strict";
  if (!window.echarts) return;

  function style(node) {
    var computed = getComputedStyle(node);
    return function (name) {
      return computed.getPropertyValue("--" + name).trim();
    };
  }
  function show(value) {
    return typeof value === "number" ? value.toLocaleString("zh-CN") : value;
  }

  function tooltip(color, unit, axis) {
    return {
      trigger: axis ? "axis" : "item",
      renderMode: "richText",
      confine: true,
      backgroundColor: color("surface"),
      borderColor: color("line"),
      textStyle: { color: color("ink"), fontSize: 13 },
      axisPointer: { type: "shadow", shadowStyle: { color: color("line"), opacity: 0.25 } },
      valueFormatter: function (value) {
        return show(value) + (unit ? " " + unit : "");
      }
    };
  }
  function axisOf(kind, color, extra) {
    var size = parseInt(color("fs-xs"), 10) || 12;
    var base = {
      type: kind,
      axisLine: { show: kind === "category", lineStyle: { color: color("line") } },
      axisTick: { show: false },
      axisLabel: { color: color("ink-2"), fontSize: size, formatter: kind === "value" ? show : undefined },
      splitLine: { show: kind === "value", lineStyle: { color: color("line-soft") } }
    };
    return Object.assign(base, extra || {});
  }

  function roundUp(value) {
    return Math.max(Math.ceil(value * 4) / 4, 1);
  }

  function cartesian(spec, color, palette, narrow) {
    var size = parseInt(color("fs-xs"), 10) || 12;
    var lying = spec.kind === "hbar" || spec.kind === "target";
    var names = axisOf("category", color, {
      data: spec.categories,
      inverse: lying,
      axisLabel: { color: color("ink-2"), fontSize: size, interval: lying ? 0 : "auto", hideOverlap: !lying, width: lying && narrow ? 84 : undefined, overflow: "truncate" }
    });
    var values = axisOf("value", color, spec.kind === "target" ? { interval: 0.25, max: function (range) { return roundUp(range.max); } } : {});
    if (spec.kind === "target") {
      values.axisLabel.formatter = function (value) {
        return value === 1 ? "目标 100%" : value % 0.5 ? "" : Math.round(value * 100) + "%";
      };
    }
    var list = spec.series.map(function (one, index) {
      var kind = one.kind || (spec.kind === "line" ? "line" : "bar");
      return {
        name: one.name,
        type: kind,
        stack: one.stack,
        data: spec.kind === "target" ? one.data.map(function (value) { return { value: value, itemStyle: { color: color(value >= 1 ? "success-fill" : value < 0.5 ? "warning-fill" : "chart-1") } }; }) : one.data,
        color: one.tone ? color(one.tone) : palette[index % palette.length],
        z: 10,
        smooth: 0.25,
        symbol: "circle",
        symbolSize: 6,
        lineStyle: { width: 2.5 },
        areaStyle: kind === "line" && spec.series.length === 1 ? { opacity: 0.08 } : undefined,
        barMaxWidth: lying ? 14 : 28,
        itemStyle: kind === "bar" && !one.stack ? { borderRadius: lying ? [0, 3, 3, 0] : [3, 3, 0, 0] } : {},
        label: {
          show: lying && spec.series.length === 1,
          position: "right",
          color: color("ink-2"),
          fontSize: size,
          backgroundColor: color("surface"),
          padding: [1, 2],
          formatter: function (item) {
            return spec.kind === "target" ? Math.round(item.value * 1000) / 10 + "%" : show(item.value);
          }
        },
        markLine: spec.kind === "target" && index === 0 ? {
          symbol: "none",
          silent: true,
          lineStyle: { color: color("success-fill"), type: "dashed" },
          label: { show: false },
          data: [{ xAxis: 1 }]
        } : undefined,
        cursor: one.links ? "pointer" : "default"
      };
    });
    return {
      grid: { left: 4, right: lying ? 56 : 12, top: spec.series.length > 1 ? 36 : 20, bottom: 4, containLabel: true },
      legend: spec.series.length > 1 ? { top: 0, right: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8, textStyle: { color: color("ink-2"), fontSize: size } } : undefined,
      tooltip: tooltip(color, spec.unit, true),
      xAxis: lying ? values : names,
      yAxis: lying ? names : values,
      series: list
    };
  }

  function parts(spec, color, palette) {
    var size = parseInt(color("fs-xs"), 10) || 12;
    var one = spec.series[0];
    var data = spec.categories.map(function (name, index) {
      return { name: name, value: one.data[index], itemStyle: { color: palette[index % palette.length] } };
    });
    var label = { color: color("ink-2"), fontSize: size, formatter: function (item) { return item.name + " " + show(item.value); } };
    if (spec.kind === "funnel") {
      return {
        tooltip: tooltip(color, spec.unit, false),
        series: [{ name: one.name, type: "funnel", sort: "none", gap: 3, left: "4%", width: "60%", top: 8, bottom: 8, minSize: "18%", label: Object.assign({ position: "right" }, label), labelLine: { lineStyle: { color: color("line") } }, data: data }]
      };
    }
    return {
      tooltip: tooltip(color, spec.unit, false),
      series: [{ name: one.name, type: "pie", radius: ["46%", "70%"], center: ["50%", "50%"], avoidLabelOverlap: true, itemStyle: { borderColor: color("surface"), borderWidth: 2 }, label: label, labelLine: { lineStyle: { color: color("line") } }, data: data }]
    };
  }

  function draw(box) {
    var source = box.querySelector("script[type='application/json']");
    if (!source || box.hasAttribute("data-drawn")) return;
    box.setAttribute("data-drawn", "");
    var spec = JSON.parse(source.textContent);
    var color = style(box);
    var palette = [1, 2, 3, 4, 5, 6, 7, 8].map(function (number) {
      return color("chart-" + number);
    });
    var picture = document.createElement("div");
    picture.className = "chart-picture";
    box.appendChild(picture);
    var narrow = box.clientWidth < 480;
    var chart = window.echarts.init(picture, null, { renderer: "svg" });
    var option = spec.kind === "pie" || spec.kind === "funnel" ? parts(spec, color, palette) : cartesian(spec, color, palette, narrow);
    option.animation = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    option.animationDuration = 400;
    option.textStyle = { fontFamily: getComputedStyle(document.body).fontFamily };
    chart.setOption(option);
    chart.on("click", function (mark) {
      var series = spec.series[mark.seriesIndex];
      var href = series && series.links && series.links[mark.dataIndex];
      if (href) location.href = href;
    });
    var timer;
    window.addEventListener("resize", function () {
      clearTimeout(timer);
      timer = setTimeout(function () {
        chart.resize();
      }, 120);
    });
  }

  function drawAll() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-chart]"), draw);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", drawAll);
  else drawAll();
  document.addEventListener("htmx:afterSettle", drawAll);
})();
