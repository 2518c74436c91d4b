/// The script of HTML documents: tables sort, the picture of prefixes zooms.
///
/// Without it, both are complete.
enum PageScript {
  /// The SHA-256 of the text in Base64, for the policy of the document; a test compares it.
  static let digest = "rz2W1U9kj7UpCzmOBVYpBWEPsB/3n+yq0skXpb6ubqo="

  static let text = """

    "use strict";
    for (const table of document.querySelectorAll("table")) {
      const body = table.tBodies[0];
      const value = (row, column) => {
        const cell = row.cells[column];
        return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
      };
      table.querySelectorAll("thead th:not(.b)").forEach((head, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = head.textContent;
        head.replaceChildren(button);
        button.addEventListener("click", () => {
          const down = head.getAttribute("aria-sort") === "descending";
          const sign = down ? 1 : -1;
          for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
          head.setAttribute("aria-sort", down ? "ascending" : "descending");
          const rows = [...body.rows].sort((a, b) => {
            const [x, y] = [value(a, column), value(b, column)];
            return sign * (typeof x === "number" ? x - y : x < y ? -1 : x > y ? 1 : 0);
          });
          body.append(...rows);
        });
      });
    }
    for (const picture of document.querySelectorAll(".icicle")) {
      const areas = [...picture.querySelectorAll("g")];
      const zoom = (area) => {
        const [left, wide, level] = [Number(area.dataset.x), Number(area.dataset.w), Number(area.dataset.l)];
        for (const other of areas) {
          const start = Number(other.dataset.x), width = Number(other.dataset.w);
          const depth = Number(other.dataset.l);
          const within = start >= left - 0.01 && start + width <= left + wide + 0.01;
          const above = depth < level && start <= left + 0.01 && start + width >= left + wide - 0.01;
          other.toggleAttribute("hidden", false);
          other.style.display = "";
          if (!within && !above) { other.style.display = "none"; continue; }
          const x = above ? 0 : (start - left) / wide * 1000;
          const w = above ? 1000 : width / wide * 1000;
          const [rect, text] = [other.querySelector("rect"), other.querySelector("text")];
          rect.setAttribute("x", x);
          rect.setAttribute("width", w);
          text.setAttribute("x", x + 4);
          const letters = Math.floor(w / 7.5) - 1, name = other.dataset.n;
          text.textContent = letters < 3 ? "" : name.length > letters ? name.slice(0, letters - 1) + "\\u2026" : name;
        }
        picture.dataset.zoom = area.dataset.n;
      };
      for (const area of areas) {
        area.addEventListener("click", () => zoom(area));
        area.addEventListener("keydown", (event) => {
          if (event.key === "Enter" || event.key === " ") { event.preventDefault(); zoom(area); }
          if (event.key === "Escape") zoom(areas[0]);
        });
      }
      const note = picture.nextElementSibling;
      if (note) note.hidden = false;
    }

    """
}
