// The page of the demo. It shows what the phones hold and says what their owners do; it decides nothing itself.

const $ = (selector, root = document) => root.querySelector(selector);
const ZONE = "Asia/Makassar";
const hour = new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit", timeZone: ZONE });
const day = new Intl.DateTimeFormat("id-ID", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: ZONE });
const shortDay = new Intl.DateTimeFormat("id-ID", { weekday: "long", day: "numeric", month: "long", timeZone: ZONE });

const CHANNELS = {
  telegram: { name: "Telegram", hello: "/start", invited: (code) => `/start ${code}` },
  whatsapp: { name: "WhatsApp", hello: "Halo", invited: (code) => `mulai ${code}` },
};

const phones = new Map(); // chat -> Phone
let stream, shown, replacing, calls = new Map();

function make(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}

async function post(path, body, type = "application/json") {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": type }, body: type === "application/json" ? JSON.stringify(body) : body })
    .catch(() => ({ ok: false, text: async () => "Demo sudah berhenti. Jalankan lagi lalu muat ulang halaman ini." }));
  if (!answer.ok) notice(await answer.text());
  return answer.ok;
}

let noticeTimer;
function notice(words) {
  $("#notice").textContent = words;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => ($("#notice").textContent = ""), 4000);
}

// --- one phone ---------------------------------------------------------------

class Phone {
  constructor(card) {
    this.card = card;
    this.bubbles = new Map();
    this.unread = 0;
    this.waiting = null;
    const node = (this.node = $("#phone").content.firstElementChild.cloneNode(true));
    const about = [card.role, card.about].filter(Boolean).join(" · ");
    node.id = `phone-${card.chat}`;
    node.dataset.role = card.role;
    node.dataset.channel = card.channel;
    this.channel = CHANNELS[card.channel];
    node.setAttribute("aria-label", `Ponsel ${card.name}, ${about}, ${this.channel.name}`);
    $(".face", node).textContent = initials(card.name);
    $("h2", node).textContent = card.name;
    $(".who p", node).textContent = about;
    $(".who p", node).title = [about, card.place].filter(Boolean).join(", ");
    this.chat = $(".chat", node);
    this.log = $("ol", node);
    this.input = $("form input[type=text]", node);
    this.chat.setAttribute("aria-label", `Percakapan ${card.name}`);
    this.input.setAttribute("aria-label", `Pesan dari ${card.name}`);
    $(".start p", node).textContent = card.code
      ? `${card.name} mendapat undangan dari puskesmas, dengan kode ${card.code}.`
      : `${card.name} belum menulis apa pun di ${this.channel.name}.`;
    const start = $(".start button", node);
    start.textContent = card.code ? "Buka undangan" : "Mulai";
    start.onclick = () => this.say(card.code ? this.channel.invited(card.code) : this.channel.hello);
    $(".drop", node).onclick = () => drop(this);
    $(".swap", node).onclick = () => search(this);
    $(".drop", node).setAttribute("aria-label", `Tutup ponsel ${card.name}`);
    $(".swap", node).setAttribute("aria-label", `Ganti ponsel ${card.name} dengan orang lain`);
    $("form", node).onsubmit = (event) => {
      event.preventDefault();
      const said = this.input.value.trim();
      this.input.value = "";
      if (said) this.say(said);
    };
    this.input.oninput = () => this.input.value === "/" && this.menu(".commands", true);
    this.menus();
    this.switches();
    this.follow = true;
    this.chat.onscroll = () => this.atEnd() && this.down(false);
    for (const kind of ["wheel", "touchmove", "keydown"]) {
      this.chat.addEventListener(kind, () => setTimeout(() => (this.follow = this.atEnd()), 250), { passive: true });
    }
    $(".down", node).onclick = () => this.scroll(true);
    node.addEventListener("pointerdown", () => this.read());
    node.addEventListener("focusin", () => this.read());
  }

  do(deed, body = {}, type) {
    this.read();
    this.follow = true;
    this.wait();
    return post(`/phones/${this.card.chat}/${deed}`, body, type).then((ok) => ok || this.rest());
  }

  say(text) { return this.do("text", { text }); }

  // What it looks like when the page opens, and again after a lost connection.
  all(look) {
    this.rest();
    this.log.replaceChildren();
    this.bubbles.clear();
    this.lastDay = "";
    look.bubbles.forEach((bubble) => this.bubble(bubble, true));
    this.keyboard(look.keyboard);
    this.commands(look.commands);
    this.until(look.window);
    this.read();
    calls.set(this.card.chat, look.calls);
    this.scroll(true, "instant");
  }

  hear(event) {
    if (event.kind === "bubble") this.bubble(event.bubble);
    else if (event.kind === "keyboard") this.keyboard(event.keyboard);
    else if (event.kind === "commands") this.commands(event.commands);
    else if (event.kind === "typing") this.wait();
    else if (event.kind === "answered") this.answered();
    else if (event.kind === "window") this.until(event.until);
    else if (event.kind === "seen") this.node.querySelectorAll(".ticks").forEach(seen);
    else if (event.kind === "call") {
      const list = calls.get(this.card.chat) ?? [];
      list.push(event.call);
      calls.set(this.card.chat, list.slice(-40));
      if (!$("#wire").hidden && wireChat() === this.card.chat) showCall(event.call);
    }
  }

  bubble(bubble, old = false) {
    const known = this.bubbles.get(bubble.id);
    const node = draw(this, bubble);
    this.bubbles.set(bubble.id, node);
    if (known) {
      const at = [...known.querySelectorAll("button")].indexOf(document.activeElement);
      known.replaceWith(node);
      if (at >= 0) this.focus(node.querySelectorAll("button")[at]);
    } else {
      const date = shortDay.format(new Date(bubble.at));
      if (date !== this.lastDay) this.log.append(make("li", { className: "day", textContent: date }));
      this.lastDay = date;
      this.log.append(node);
      if (!old) node.classList.add("fresh");
    }
    $(".start", this.node).hidden = true;
    if (!bubble.mine) this.rest();
    if (!old && !bubble.mine && !known) this.arrived(bubble);
    if (known || old) return;
    if (this.follow || bubble.mine) this.bring(node);
    else this.down(true);
  }

  // After a tap by keyboard the next answer is at hand; the text field is left alone, it would open a touch keyboard.
  focus(button) {
    (button ?? this.log.lastElementChild.querySelector(".buttons button") ?? this.chat).focus({ preventScroll: true });
  }

  // The end comes into sight, but never at the price of the beginning of what has not been read.
  bring(node) {
    const first = this.unread ? (this.firstUnread ??= node) : node;
    this.chat.scrollTo({ top: Math.min(this.chat.scrollHeight, first.offsetTop - 12) });
    this.down(false);
  }

  arrived(bubble) {
    const alone = $("#tabs").offsetParent !== null; // a narrow screen shows one phone at a time
    if (shown !== this || !(alone || this.node.contains(document.activeElement))) {
      this.unread += 1;
      this.mark();
    }
    guide.heard(this, bubble);
  }

  read() {
    this.unread = 0;
    this.firstUnread = null;
    this.mark();
  }

  mark() {
    const badge = $(".unread", this.node);
    badge.hidden = !this.unread;
    badge.textContent = this.unread;
    badge.setAttribute("aria-label", `${this.unread} pesan baru`);
    this.tab?.classList.toggle("dot", this.unread > 0);
  }

  // On WhatsApp we may write freely for a day after the person did; after that only what has been approved.
  until(moment) {
    this.opened = moment && new Date(moment);
    this.showWindow();
  }

  showWindow(now = cityNow()) {
    const line = $(".window", this.node), open = this.opened && now < this.opened;
    line.hidden = this.card.channel !== "whatsapp";
    line.classList.toggle("open", Boolean(open));
    const tomorrow = open && dateOf(this.opened) !== dateOf(now) ? "besok " : "";
    const said = open ? `Bebas menulis sampai ${tomorrow}${hour.format(this.opened)}` : "Jendela tertutup: hanya templat";
    if (line.textContent !== said) line.textContent = said;
  }

  switches() {
    for (const button of this.node.querySelectorAll(".channels button")) {
      const here = button.dataset.channel === this.card.channel;
      button.setAttribute("aria-pressed", here);
      button.onclick = async () => {
        if (here) return;
        const [card] = await fetch(`/people?chat=${this.card.other}`).then((answer) => answer.json()).catch(() => []);
        if (card) add(card, { instead: this });
      };
    }
    $(".sheet header button", this.node).onclick = $(".veil", this.node).onclick = () => this.closeSheet();
  }

  // The rows of a list, from below as WhatsApp shows them.
  openSheet(bubble, opener) {
    const sheet = $(".sheet", this.node);
    $("h3", sheet).textContent = bubble.opens;
    $("ul", sheet).replaceChildren(...bubble.rows.map((row) => {
      const lines = make("span", {}, make("b", { textContent: row.title }));
      if (row.description) lines.append(make("span", { textContent: row.description }));
      const button = make("button", { type: "button" }, lines, make("i", { ariaHidden: "true" }));
      button.onclick = () => { this.closeSheet(); this.tap(bubble, row.title, row.id); };
      return make("li", {}, button);
    }));
    sheet.hidden = $(".veil", this.node).hidden = false;
    this.opener = opener;
    $("ul button", sheet).focus({ preventScroll: true });
  }

  closeSheet() {
    const sheet = $(".sheet", this.node);
    if (sheet.hidden) return;
    const held = sheet.contains(document.activeElement);
    sheet.hidden = $(".veil", this.node).hidden = true;
    if (held) this.opener?.focus({ preventScroll: true });
  }

  tap(bubble, label, data) {
    guide.tapped(this, label);
    return this.do("tap", { message: bubble.id, data });
  }

  keyboard(rows) {
    const keys = $(".keys", this.node);
    keys.hidden = !rows.length;
    keys.replaceChildren(...rows.map((row) => make("div", {}, ...row.map((key) => {
      const button = make("button", { type: "button", textContent: key.text });
      if (key.request_contact || key.request_location) button.className = "ask";
      button.onclick = () => this.do(...(key.request_contact ? ["contact"] : key.request_location ? ["place"] : ["text", { text: key.text }]));
      return button;
    }))));
    this.scroll(true);
  }

  commands(list) {
    const open = $(".open-commands", this.node);
    open.hidden = !list.length;
    $(".commands", this.node).replaceChildren(...list.map(({ command, description }) => {
      const button = make("button", { type: "button" }, make("b", { textContent: `/${command}` }), description);
      button.onclick = () => { this.menu(".commands", false); this.input.value = ""; this.say(`/${command}`); };
      return make("li", {}, button);
    }));
  }

  menus() {
    const file = $("form input.picture", this.node), documents = $("form input.document", this.node);
    $(".open-commands", this.node).onclick = () => this.menu(".commands");
    $(".open-attach", this.node).onclick = () => this.menu(".attach");
    for (const button of this.node.querySelectorAll("[data-attach]")) {
      button.onclick = async () => {
        this.menu(".attach", false);
        const what = button.dataset.attach;
        if (what === "file") file.click();
        else if (what === "document") documents.click();
        else if (what === "sample") this.photo(samplePhoto());
        else this.do(what);
      };
    }
    file.onchange = async () => {
      const picture = await createImageBitmap(file.files[0]).catch(() => null);
      file.value = "";
      if (picture) this.photo(shrunk(picture));
      else notice("Berkas itu bukan foto.");
    };
    documents.onchange = () => {
      const sent = documents.files[0];
      if (sent) this.do(`document?name=${encodeURIComponent(sent.name)}`, sent, sent.type || "application/octet-stream");
      documents.value = "";
    };
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { this.menu(".commands", false); this.menu(".attach", false); this.closeSheet(); }
    });
  }

  menu(which, open) {
    for (const one of [".commands", ".attach"]) {
      const list = $(one, this.node), button = $(one === ".attach" ? ".open-attach" : ".open-commands", this.node);
      const show = one === which ? (open ?? list.hidden) && list.children.length > 0 : false;
      if (!show && list.contains(document.activeElement)) button.focus();
      list.hidden = !show;
      button.setAttribute("aria-expanded", show);
      if (show && open === undefined) $("button", list).focus();
    }
  }

  photo(canvas) {
    canvas.toBlob((blob) => this.do(`photo?w=${canvas.width}&h=${canvas.height}`, blob, "image/jpeg"), "image/jpeg", 0.85);
  }

  wait() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      $(".typing", this.node).hidden = false;
      this.scroll(this.atEnd());
      this.waiting = setTimeout(() => this.rest(), 8000);
    }, 180);
  }

  rest() {
    clearTimeout(this.waiting);
    $(".typing", this.node).hidden = true;
    this.answered();
  }

  answered() { this.node.querySelectorAll(".busy").forEach((button) => button.classList.remove("busy")); }
  atEnd() { return this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < 90; }
  down(show) { $(".down", this.node).hidden = !show; }

  scroll(end, behavior) {
    if (!end) return;
    this.follow = true;
    this.chat.scrollTo({ top: this.chat.scrollHeight, behavior });
    this.down(false);
  }
}

function draw(phone, bubble) {
  const said = make("div", { className: "said" });
  if (bubble.file?.kind === "picture") {
    const picture = make("img", { src: `/files/${bubble.file.id}`, alt: bubble.mine ? "Foto yang dikirim" : `Gambar: ${bubble.file.name}` });
    picture.onload = () => phone.scroll(phone.atEnd());
    said.append(picture);
  } else if (bubble.file) {
    const kind = make("b", { textContent: bubble.file.name.split(".").pop().slice(0, 4).toUpperCase() });
    const size = bubble.file.bytes < 1024 ? `${bubble.file.bytes} B` : `${Math.round(bubble.file.bytes / 1024)} KB`;
    said.append(make("a", { className: "doc", href: `/files/${bubble.file.id}`, download: bubble.file.name }, kind, `${bubble.file.name} (${size})`));
  }
  if (bubble.card) {
    const words = bubble.text.map(([text]) => text).join("");
    said.append(make("p", { className: "card", textContent: bubble.card === "contact" ? `Kontak: ${words}` : `Lokasi: ${words}` }));
  } else if (bubble.mine) said.append(...bubble.text.map(([text]) => text));
  else bubble.text.forEach(([text, bold]) => said.append(...words(phone, text, bold)));
  if (bubble.footer) said.append(make("p", { className: "footer", textContent: bubble.footer }));
  const at = make("time", { className: "at", dateTime: bubble.at, textContent: (bubble.template ? "templat · " : "") + hour.format(new Date(bubble.at)) + (bubble.edited ? " · diubah" : "") });
  if (bubble.mine && phone.card.channel === "whatsapp") {
    const ticks = make("span", { className: "ticks", textContent: "✓✓", role: "img", ariaLabel: "terkirim" });
    if (bubble.seen) seen(ticks);
    at.append(ticks);
  }
  said.append(at);
  const node = make("li", { className: bubble.mine ? "bubble mine" : "bubble" }, make("span", { className: "quiet", textContent: bubble.mine ? `${phone.card.name}: ` : "Asuh: " }), said);
  if (bubble.buttons.length) {
    node.append(make("div", { className: "buttons", role: "group", ariaLabel: "Pilihan jawaban" }, ...bubble.buttons.map((row) => make("div", {}, ...row.map((option) => {
      const button = make("button", { type: "button", textContent: option.text });
      button.onclick = () => {
        button.classList.add("busy");
        if (option.ask) phone.do(option.ask);
        else phone.tap(bubble, option.text, option.callback_data);
      };
      return button;
    })))));
  }
  if (bubble.rows.length) {
    const button = make("button", { type: "button", className: "opens", textContent: bubble.opens, ariaHasPopup: "dialog" });
    button.onclick = () => phone.openSheet(bubble, button);
    node.append(make("div", { className: "buttons" }, make("div", {}, button)));
  }
  return node;
}

function seen(ticks) {
  ticks.classList.add("seen");
  ticks.setAttribute("aria-label", "dibaca");
}

// Text with its addresses and commands made to work. Nothing is ever read as HTML.
function words(phone, text, bold) {
  return text.split(/(https?:\/\/[^\s]+|(?<![\w/])\/[a-z_]{3,32}\b)/).filter(Boolean).map((part) => {
    let node = part;
    if (part.startsWith("http")) node = make("a", { href: part, textContent: part, target: "_blank", rel: "noopener noreferrer" });
    else if (phone.card.channel === "telegram" && /^\/[a-z_]{3,32}$/.test(part)) {
      node = make("button", { type: "button", className: "command", textContent: part });
      node.onclick = () => phone.say(part);
    }
    return bold ? make("b", {}, node) : node;
  });
}

function initials(name) {
  const parts = name.split(" ");
  return (parts[0][0] + (parts.length > 1 ? parts.at(-1)[0] : "")).toUpperCase();
}

// --- photos ------------------------------------------------------------------

function shrunk(picture) {
  const scale = Math.min(1, 1280 / Math.max(picture.width, picture.height));
  const canvas = make("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function samplePhoto() {
  const canvas = make("canvas", { width: 960, height: 640 }), pen = canvas.getContext("2d");
  const sky = pen.createLinearGradient(0, 0, 0, 460);
  sky.addColorStop(0, "#f6d9a8");
  sky.addColorStop(1, "#fdf3e2");
  pen.fillStyle = sky; pen.fillRect(0, 0, 960, 640);
  pen.fillStyle = "#7fb3a2"; pen.beginPath(); pen.ellipse(220, 520, 420, 170, 0, 0, 7); pen.fill();
  pen.fillStyle = "#5b9787"; pen.beginPath(); pen.ellipse(760, 560, 480, 180, 0, 0, 7); pen.fill();
  pen.fillStyle = "#0e5a57"; pen.beginPath(); pen.moveTo(290, 330); pen.lineTo(480, 190); pen.lineTo(670, 330); pen.fill();
  pen.fillStyle = "#fffaf1"; pen.fillRect(330, 330, 300, 190);
  pen.fillStyle = "#e9a15b"; pen.fillRect(450, 400, 70, 120);
  pen.fillStyle = "#9cc9c0"; pen.fillRect(360, 370, 60, 60); pen.fillRect(550, 370, 60, 60);
  return canvas;
}

// --- which phones are there ----------------------------------------------------

function add(card, { instead, quiet } = {}) {
  let phone = phones.get(card.chat);
  if (!phone) {
    phone = new Phone(card);
    if (instead) {
      instead.node.replaceWith(phone.node);
      const list = [...phones.values()].map((one) => (one === instead ? phone : one));
      phones.clear();
      list.forEach((one) => phones.set(one.card.chat, one));
    } else {
      $("#phones").append(phone.node);
      phones.set(card.chat, phone);
    }
    if (!quiet) connect();
  }
  if (!quiet) {
    tabs();
    show(phone);
    phone.node.scrollIntoView({ inline: "nearest", block: "nearest" });
    phone.chat.focus({ preventScroll: true });
  }
  return phone;
}

function drop(phone) {
  if (phones.size === 1) return notice("Sisakan satu ponsel, ya.");
  phones.delete(phone.card.chat);
  phone.node.remove();
  tabs();
  show(phones.values().next().value);
  connect();
}

function show(phone) {
  shown = phone;
  for (const one of phones.values()) {
    const is = one === phone;
    one.node.classList.toggle("shown", is);
    one.tab?.setAttribute("aria-selected", is);
    if (one.tab) one.tab.tabIndex = is ? 0 : -1;
  }
  phone.tab?.scrollIntoView({ inline: "nearest", block: "nearest" });
  phone.read();
  phone.scroll(true, "instant");
}

function tabs() {
  $("#tabs").replaceChildren(...[...phones.values()].map((phone) => {
    const { name, role } = phone.card;
    phone.tab = make("button", { type: "button", role: "tab", textContent: role === "Koordinator" ? role : `${role} ${name.split(" ")[0]}` });
    phone.tab.dataset.channel = phone.card.channel;
    phone.tab.setAttribute("aria-controls", phone.node.id);
    phone.tab.onclick = () => show(phone);
    phone.mark();
    return phone.tab;
  }));
  const who = $("#wire-who"), chosen = who.value;
  who.replaceChildren(...[...phones.values()].map(({ card, channel }) => make("option", { value: card.chat, textContent: `${card.name} · ${channel.name}` })));
  if ([...who.options].some((option) => option.value === chosen)) who.value = chosen;
  history.replaceState(null, "", `#${[...phones.keys()].join(",")}`);
}

$("#tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const list = [...phones.values()], next = list[(list.indexOf(shown) + step + list.length) % list.length];
  show(next);
  next.tab.focus();
});

function connect() {
  stream?.close();
  stream = new EventSource(`/events?chats=${[...phones.keys()].join(",")}`);
  stream.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (event.kind === "clock" || event.kind === "all") time(event);
    if (event.kind === "all") {
      for (const phone of phones.values()) phone.all(event.chats[phone.card.chat]);
      showCalls();
    } else if (event.chat) phones.get(event.chat)?.hear(event);
  };
}

// --- the clock -------------------------------------------------------------------

let clock = { now: Date.now(), read: performance.now() };
function time({ now, moving }) {
  clock = { now: new Date(now).getTime(), read: performance.now() };
  document.body.classList.toggle("moving", moving);
  document.querySelectorAll("[data-move]").forEach((button) => (button.disabled = moving));
  showTime();
}
function cityNow() { return new Date(clock.now + performance.now() - clock.read); }
function dateOf(moment) { return shortDay.format(moment); }
function showTime() {
  const now = cityNow();
  $("#hour").textContent = hour.format(now);
  $("#day").textContent = day.format(now);
  phones.forEach((phone) => phone.showWindow(now));
}
setInterval(showTime, 1000);
document.querySelectorAll("[data-move]").forEach((button) => {
  button.onclick = async () => {
    if (await post("/clock", { move: button.dataset.move })) {
      $("#spoken").textContent = `Sekarang ${$("#day").textContent}, pukul ${$("#hour").textContent}.`;
      guide.moved();
    }
    button.focus({ preventScroll: true });
  };
});

// --- looking people up -------------------------------------------------------------

function search(instead = null) {
  replacing = instead;
  $("#search-title").textContent = instead ? `Ganti ${instead.card.name} dengan siapa?` : "Jadi siapa?";
  $("#words").value = "";
  find();
  $("#search").showModal();
  $("#words").focus();
}
let searching = 0;
async function find() {
  const turn = ++searching;
  const people = await fetch(`/people?q=${encodeURIComponent($("#words").value)}`).then((answer) => answer.json()).catch(() => []);
  if (turn !== searching) return;
  $("#found").replaceChildren(...people.map((card) => {
    const face = make("span", { className: "face", textContent: initials(card.name), ariaHidden: "true" });
    const lines = make("div", {}, make("b", { textContent: card.name }), make("p", { textContent: [card.role, card.about].filter(Boolean).join(" · ") }), make("p", { textContent: card.place }));
    const button = make("button", { type: "button" }, face, lines);
    button.append(make("span", { className: "tag", textContent: card.joined ? CHANNELS[card.channel].name : "belum bergabung" }));
    button.dataset.channel = card.joined ? card.channel : "";
    button.onclick = () => {
      $("#search").close();
      add(card, { instead: replacing });
    };
    const item = make("li", {}, button);
    item.dataset.role = card.role;
    return item;
  }));
  if (!people.length) $("#found").append(make("li", { textContent: "Tidak ada yang cocok. Coba nama, peran, atau kelurahan." }));
}
let findTimer;
$("#words").oninput = () => { clearTimeout(findTimer); findTimer = setTimeout(find, 120); };
$("#words").onkeydown = (event) => {
  const first = $("#found button");
  if (event.key === "ArrowDown" && first) { event.preventDefault(); first.focus(); }
  if (event.key === "Enter" && first) { event.preventDefault(); clearTimeout(findTimer); find().then(() => $("#found button")?.click()); }
};
$("#found").onkeydown = (event) => {
  const item = document.activeElement.closest("li");
  const next = { ArrowDown: item?.nextElementSibling, ArrowUp: item?.previousElementSibling }[event.key];
  if (next) { event.preventDefault(); $("button", next)?.focus(); }
};
$("#open-search").onclick = () => search();
$("#close-search").onclick = () => $("#search").close();
$("#search").onclick = (event) => event.target === $("#search") && $("#search").close();

// --- what really went out ------------------------------------------------------------

const wireChat = () => Number($("#wire-who").value);
function wire(open) {
  $("#wire").hidden = !open;
  $("#open-wire").setAttribute("aria-expanded", open);
  if (open) {
    if (shown) $("#wire-who").value = shown.card.chat;
    showCalls();
  }
}
function showCalls() {
  $("#calls").replaceChildren();
  if (!$("#wire").hidden) (calls.get(wireChat()) ?? []).forEach(showCall);
}
function showCall(call) {
  const body = call.file ? { ...call.payload, [call.file.field]: `(${call.file.name}, ${call.file.bytes} bita)` } : call.payload;
  const title = make("summary", {}, make("b", { textContent: `${call.out ? "→" : "←"} ${call.method}` }), make("span", { textContent: hour.format(new Date(call.at)) }));
  document.querySelectorAll("#calls details.newest").forEach((older) => { older.classList.remove("newest"); older.open = false; });
  const one = make("details", { open: true, className: "newest" }, title, make("pre", { textContent: JSON.stringify(body, null, 2) }));
  const item = make("li", { className: call.out ? "out" : "in" }, one);
  if (call.refused) item.append(make("p", { className: "refused", textContent: `Ditolak: ${call.refused}` }));
  $("#calls").prepend(item);
}
$("#open-wire").onclick = () => wire($("#wire").hidden);
$("#close-wire").onclick = () => { wire(false); $("#open-wire").focus(); };
$("#wire-who").onchange = showCalls;

// --- a guide for the first minutes -----------------------------------------------------

const guide = {
  tips: [
    ["Coba: ketuk ", "Lapor kunjungan", " di ponsel Pak Anwar."],
    ["Jawab dengan mengetuk. Coba ", "Ada tanda bahaya", ", kirim, lalu lihat ponsel kader."],
    ["Majukan jam: ketuk ", "Sampai kejadian berikutnya", ", lihat siapa mendapat pesan."],
    ["Jadilah siapa saja di kota ini: ketuk ", "Cari orang", "."],
    ["Pukul lima sore ringkasan sampai di ponsel koordinator: ketuk ", "Ingatkan semua", ", atau Lihat rujukan."],
    ["Koordinator boleh menulis nama apa saja: coba ", "kelurahan Sanua", "."],
    ["Sehari tanpa kabar, WhatsApp hanya memberi templat: ketuk ", "Baca", " di ponsel Bu Sari."],
  ],
  at: 0,
  show(at) {
    this.at = at % this.tips.length;
    const [before, bold, after] = this.tips[this.at];
    $("#tip").replaceChildren(before, make("b", { textContent: bold }), after);
  },
  reach(at) { if (this.at < at) this.show(at); },
  tapped(phone) { if (phone.card.role === "ASN") this.reach(1); },
  heard(phone) { if (this.at === 1 && ["Kader", "Koordinator"].includes(phone.card.role)) this.reach(2); },
  moved() { this.reach(3); },
};
$("#next-tip").onclick = () => guide.show(guide.at + 1);

// --- begin -----------------------------------------------------------------------------

const city = await fetch("/city").then((answer) => answer.json());
time(city);
if (city.empty) guide.tips = [
  ["Kota ini belum mulai: ambil ", "Buku kerja kosong", " di ponsel Pak Rustam, isi, lalu kirim lagi ke sana."],
  ["Banyak baris disetujui orang kedua: ketuk ", "Setuju", " di ponsel Bu Hasnia."],
  ["Undang mereka: ketuk ", "Kelola", ", lalu Kartu undangan."],
  ["Jadilah siapa saja yang baru tercatat: ketuk ", "Cari orang", "."],
];
guide.show(0);
const asked = location.hash.slice(1).split(",").filter((one) => /^\d+$/.test(one));
const cards = asked.length
  ? (await Promise.all(asked.map((chat) => fetch(`/people?chat=${chat}`).then((answer) => answer.json())))).flat()
  : city.first.slice(0, 4);
(cards.length ? cards : city.first.slice(0, 4)).forEach((card) => add(card, { quiet: true }));
tabs();
show(phones.values().next().value);
if (innerWidth >= 1900) wire(true);
connect();
