(function (d) {
  var age = d.getElementById("age");
  var hours = (Date.now() - Date.parse(age.dataset.since)) / 36e5;
  if (hours > 36) {
    age.textContent = age.dataset.text.replace("#", Math.round(hours / 24));
    age.hidden = false;
  }
  if (/^h/.test(location.protocol)) {
    var link = d.createElement("link");
    link.rel = "manifest";
    link.href = "app.webmanifest";
    d.head.appendChild(link);
  }
  var chart = d.getElementById("chart"), days = d.getElementById("days"), day = d.getElementById("day");
  if (!chart) return;
  var rows = days.tBodies[0].rows;
  function show(event) {
    var box = chart.getBoundingClientRect(), x = (event.clientX - box.left) / box.width * 1000;
    var row = Array.prototype.reduce.call(rows, function (a, b) {
      return Math.abs(b.dataset.x - x) < Math.abs(a.dataset.x - x) ? b : a;
    });
    var cells = row.cells, range = cells[2] && cells[2].textContent;
    day.textContent = cells[0].textContent + ": " + days.dataset.left + " " + cells[1].textContent +
      (range ? " (" + days.dataset.range + ": " + range + ")" : "");
    day.hidden = false;
  }
  chart.addEventListener("pointerdown", show);
  chart.addEventListener("pointermove", show);
})(document);
