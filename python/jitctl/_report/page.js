"use strict";
(() => {
  const table = document.getElementById("functions");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const filter = document.getElementById("filter");
  const told = document.getElementById("told");
  const boxes = Array.from(document.querySelectorAll(".tools input[type=checkbox]"));
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

  function show() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = boxes.filter((box) => box.checked).map((box) => box.value);
    let count = 0;
    for (const row of rows) {
      const text = texts.get(row);
      const is = row.dataset.is.split(" ");
      const shown = words.every((word) => text.includes(word)) && wanted.every((one) => is.includes(one));
      row.hidden = !shown;
      count += shown;
    }
    told.textContent = count === rows.length ? `${count} functions` : `${count} of ${rows.length} functions`;
  }

  function value(row, index) {
    const cell = row.cells[index];
    return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
  }

  function sort(head, index) {
    const down = head.getAttribute("aria-sort") !== "descending" && head.classList.contains("number")
      || head.getAttribute("aria-sort") === "ascending";
    const sign = down ? -1 : 1;
    rows.sort((one, two) => {
      const [a, b] = [value(one, index), value(two, index)];
      return sign * (typeof a === "number" ? a - b : a.localeCompare(b));
    });
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...rows);
  }

  Array.from(table.tHead.rows[0].cells).forEach((head, index) => {
    head.querySelector("button").addEventListener("click", () => sort(head, index));
  });
  filter.addEventListener("input", show);
  boxes.forEach((box) => box.addEventListener("change", show));
  document.querySelector(".tools").hidden = false;

  // A link to the source of a function opens it, and goes on from there.
  function open(hash) {
    const target = hash.length > 1 && document.getElementById(hash.slice(1));
    if (!target || target.tagName !== "DETAILS") return false;
    target.open = true;
    target.scrollIntoView();
    target.querySelector("summary").focus({preventScroll: true});
    return true;
  }
  body.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && open(link.hash)) event.preventDefault();
  });
  open(location.hash);
  show();
})();
