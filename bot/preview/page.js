"use strict";
const form = document.getElementById("filters");
const field = (name) => form.elements[name];
const articles = [...document.querySelectorAll("article")].map((node) => ({
  node, part: node.closest("section").dataset.part, text: node.textContent.toLowerCase(),
  audience: node.dataset.audience.split(" "), condition: node.dataset.condition, must: "must" in node.dataset,
}));

function told(node, language) {
  const all = [...node.querySelectorAll(".told")];
  return all.find((one) => one.dataset.language === language) || all[0];
}

function matches(one, reviewed) {
  const wanted = Object.fromEntries(new FormData(form));
  const condition = { "": true, "-": !one.condition, "*": Boolean(one.condition) }[wanted.condition];
  return (!wanted.stage || one.part === wanted.stage)
    && (!wanted.audience || one.audience.includes(wanted.audience))
    && (condition ?? one.condition === wanted.condition)
    && (!wanted.review || (wanted.review === "sudah") === reviewed)
    && (!wanted.must || one.must)
    && wanted.text.toLowerCase().split(/\s+/).every((word) => one.text.includes(word));
}

function speak(language) {
  for (const { node } of articles) {
    const shown = told(node, language).dataset.language;
    for (const part of node.querySelectorAll("[data-language]")) part.hidden = part.dataset.language !== shown;
    node.querySelector(".untold").hidden = shown === language;
  }
}

// A page in one language has no such field.
const chosenLanguage = () => (field("language") ? field("language").value : "id");

function sift() {
  const language = chosenLanguage();
  let total = 0;
  const parts = {};
  for (const one of articles) {
    const shown = matches(one, "reviewed" in told(one.node, language).dataset);
    one.node.hidden = !shown;
    if (shown) { total += 1; parts[one.part] = (parts[one.part] || 0) + 1; }
  }
  for (const section of document.querySelectorAll("section")) {
    const count = parts[section.dataset.part] || 0;
    section.hidden = !count;
    section.querySelector(".shown").textContent = `${count} pesan`;
  }
  for (const link of document.querySelectorAll("nav a")) {
    const count = parts[link.dataset.part] || 0;
    link.hidden = !count;
    link.querySelector("small").textContent = count;
  }
  const chosen = describe();
  document.getElementById("count").textContent = chosen ? `${total} dari ${articles.length} pesan` : `${total} pesan`;
  document.getElementById("none").hidden = total > 0;
  form.querySelector("[type=reset]").hidden = !chosen;
  const line = document.getElementById("chosen");
  line.hidden = !chosen;
  line.textContent = `Yang dicetak: ${chosen} (${total} dari ${articles.length} pesan)`;
}

function describe() {
  const words = [...form.querySelectorAll("select")]
    .filter((one) => one.selectedIndex > 0).map((one) => one.selectedOptions[0].textContent.trim());
  if (field("must").checked) words.push("tidak boleh terlewat");
  if (field("text").value.trim()) words.push(`“${field("text").value.trim()}”`);
  return words.join(" · ");
}

form.addEventListener("input", (event) => {
  if (event.target.name === "language") speak(event.target.value);
  sift();
  if (event.target.name !== "language") scrollTo(0, 0);
});
form.addEventListener("submit", (event) => event.preventDefault());
// The fields are emptied after this event; what is chosen by then counts, also where somebody was quick to choose again.
form.addEventListener("reset", () => setTimeout(() => { speak(chosenLanguage()); sift(); }));
document.getElementById("print").addEventListener("click", () => window.print());
// A phone keeps its small window for the messages.
if (matchMedia("(max-width: 820px)").matches) form.querySelector("details").open = false;
// Some browsers keep what was chosen when the page is opened again.
speak(chosenLanguage());
sift();

const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.dataset.part, link]));
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    links.forEach((link) => link.removeAttribute("aria-current"));
    links.get(entry.target.dataset.part).setAttribute("aria-current", "true");
  }
}, { rootMargin: "-20% 0px -75% 0px" });
document.querySelectorAll("section").forEach((section) => seen.observe(section));
