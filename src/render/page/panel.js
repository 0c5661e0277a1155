(function (d) {
  var filter = d.getElementById("filter"), group = d.getElementById("group");
  var name = d.getElementById("name"), shown = d.getElementById("shown");
  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  }
  function apply() {
    var of = group.value, wanted = plain(name.value.trim()), all = 0, count = 0;
    function isNamed(part, names) {
      return plain(part.querySelector(names).textContent).indexOf(wanted) >= 0;
    }
    d.querySelectorAll(".deck>li").forEach(function (card) {
      card.hidden = !isNamed(card, "h3");
    });
    d.querySelectorAll("[data-s]").forEach(function (part) {
      var isGroup = part.tagName === "DETAILS";
      var cards = isGroup ? part.querySelectorAll(".deck>li:not([hidden])").length : 0;
      part.hidden = of !== "" && part.dataset.s !== of || !(isGroup ? cards : isNamed(part, "a,th"));
      if (!isGroup) return;
      all += part.querySelectorAll(".deck>li").length;
      if (!part.hidden) count += cards;
      if (of || wanted) part.open = true;
    });
    shown.textContent = shown.dataset.text.replace("#", count).replace("%", all);
  }
  group.addEventListener("change", apply);
  name.addEventListener("input", apply);
  filter.hidden = false;
  apply();
  function reveal() {
    var part = d.getElementById(location.hash.slice(1));
    var around = part && part.closest("details");
    if (around) around.open = true;
  }
  addEventListener("hashchange", reveal);
  reveal();
})(document);
