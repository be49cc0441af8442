// The overview page: asks the API, writes text. Names come from strangers, so nothing here ever becomes markup.
"use strict";

const API = "/api/v1";
const STATES = {
  current: ["●", "ok"], outdated: ["▲", "warning"], ahead: ["▲", "warning"],
  unmanaged: ["◌", "unknown"], unknown: ["◌", "unknown"],
};
const RAG = { healthy: ["●", "ok"], warning: ["▲", "warning"], critical: ["◆", "critical"], unknown: ["◌", "unknown"] };
const PAGE = 50;

const $ = (id) => document.getElementById(id);

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

async function ask(path) {
  const response = await fetch(API + path, { credentials: "same-origin", headers: { accept: "application/json" } });
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  throw Object.assign(new Error(problem.detail || response.statusText), { status: response.status, problem });
}

function notice(error) {
  const place = $("notice");
  place.hidden = !error;
  if (!error) return;
  if (error.status === 401) {
    place.replaceChildren(
      element("strong", "You are not signed in."),
      element("p", "Open the link that `qlrf serve` printed at its start, or make a new one on the server's machine: qlrf sign-in-link"),
    );
    return;
  }
  const code = error.problem && error.problem.code ? ` (${error.problem.code})` : "";
  place.replaceChildren(
    element("strong", error.status ? error.message + code : "The server does not answer."),
    element("p", (error.problem && error.problem.hint) || "The page tries again by itself."),
  );
}

const count = (n) => n.toLocaleString("en");
const of = (n, total) => `${count(n)} of ${count(total)}`;

function figure(name, value, detail, className) {
  const box = element("div");
  box.append(element("dt", name), element("dd", value, "value " + (className || "")), element("dd", detail, "meta"));
  return box;
}

function coverage(drift) {
  const [glyph, className] = RAG[drift.rag] || RAG.unknown;
  const value = drift.coverage_percent === null ? "◌ no assets" : `${glyph} ${drift.coverage_percent.toFixed(1)} %`;
  const detail = `${of(drift.current, drift.total)} current · ${count(drift.outdated)} outdated · ` +
    `${count(drift.ahead)} ahead · ${count(drift.unmanaged)} unmanaged · ${count(drift.unknown)} unknown`;
  return figure("Golden-image coverage", value, detail, className);
}

function lag(overview) {
  const l = overview.patch_lag;
  if (l.median_days === null) {
    return figure("Patch lag", "◌ not measured", `${of(0, overview.assets.total)} assets are linked to an image version`, "unknown");
  }
  const detail = `p90 ${l.p90_days} d over ${of(l.measured, overview.assets.total)} assets · ${count(l.behind)} behind · ` +
    `${count(l.critical)} for more than 30 d`;
  return figure("Patch lag, median", `${l.median_days} d`, detail, l.critical ? "warning" : "");
}

function updates(overview) {
  const u = overview.security_updates;
  const detail = `on ${of(u.assets_pending, u.known)} assets whose package manager was asked · ${count(u.unknown)} unknown`;
  return figure("Security updates pending", count(u.updates), detail, u.updates ? "warning" : u.known ? "ok" : "unknown");
}

function findings(overview) {
  const f = overview.findings;
  if (f.vulnerabilities === null) {
    return figure("Vulnerabilities", "◌ not known", "no feed was imported yet", "unknown");
  }
  const detail = `${count(f.known_exploited)} known exploited · on ${of(f.assets_affected, f.assets_judged)} assets that were judged · ` +
    `${count(overview.assets.total - f.assets_judged)} not judged · feeds of ${new Date(f.feeds_as_of).toLocaleString()}`;
  return figure("Vulnerabilities", count(f.vulnerabilities), detail, f.known_exploited ? "critical" : "");
}

function steps(overview) {
  const list = [];
  const say = (glyph, className, text, command) => {
    const item = element("li");
    item.append(element("span", glyph + " ", className), text, " ", element("code", command));
    list.push(item);
  };
  const c = overview.collection;
  if (c.never_synced) say("◐", "progress", `${count(c.never_synced)} connectors have not been collected yet.`, "qlrf connector list");
  if (c.degraded) say("▲", "warning", `${of(c.degraded, c.connectors)} connectors did not collect completely.`, "qlrf connector coverage");
  if (overview.findings.vulnerabilities === null) say("◌", "unknown", "Vulnerabilities are not known: import a feed.", "qlrf feed import PATH");
  if (overview.drift.total && overview.drift.unmanaged === overview.drift.total) {
    say("◌", "unknown", "No asset is linked to a golden image: register a contract.", "qlrf image register FILE");
  }
  if (overview.security_updates.updates) {
    say("▲", "warning", `${count(overview.security_updates.updates)} security updates are pending.`, "qlrf asset list --sort=-pending_security");
  }
  if (!list.length) list.push(element("li", "● Nothing that this page knows of."));
  return list;
}

function table(place, headings, rows) {
  const head = element("tr");
  for (const [text, className] of headings) {
    const cell = element("th", text, className);
    cell.scope = "col";
    head.append(cell);
  }
  const top = element("thead");
  top.append(head);
  const body = element("tbody");
  body.append(...rows);
  place.replaceChildren(top, body);
}

function siteRow(place) {
  const d = place.drift;
  const [glyph, className] = RAG[d.rag] || RAG.unknown;
  const row = element("tr");
  row.append(
    element("td", place.name === null ? "◌ unknown" : place.name),
    element("td", d.coverage_percent === null ? "◌" : `${glyph} ${d.coverage_percent.toFixed(0)} % ${d.rag}`, className),
    ...[d.current, d.outdated, d.ahead, d.unmanaged, d.unknown, d.total].map((n) => element("td", count(n), "number")),
  );
  return row;
}

function assetRow(asset) {
  const [glyph, className] = STATES[asset.drift] || STATES.unknown;
  const row = element("tr");
  const name = element("td", asset.name + " ");
  if (asset.simulated) name.append(element("span", "▒ simulated", "simulated"));
  const known = (value) => element("td", value === null ? "◌" : value);
  row.append(
    name, known(asset.platform), known(asset.site), known(asset.env),
    known(asset.os === null ? null : `${asset.os} ${asset.os_version || ""}`),
    element("td", `${glyph} ${asset.drift || "unknown"}`, className),
    element("td", asset.packages === null ? "◌" : count(asset.packages), "number"),
    element("td", asset.pending_security === null ? "◌" : count(asset.pending_security), "number"),
  );
  return row;
}

async function showOverview() {
  const overview = await ask("/overview/metrics");
  $("as-of").textContent = `${count(overview.assets.total)} assets, ${count(overview.assets.simulated)} of them simulated, ` +
    `${count(overview.assets.software_unknown)} with unknown software · as of ${new Date(overview.as_of).toLocaleString(undefined, { timeZoneName: "short" })}`;
  $("figures").replaceChildren(coverage(overview.drift), lag(overview), updates(overview), findings(overview));
  $("attention").replaceChildren(...steps(overview));
  const numbers = ["Current", "Outdated", "Ahead", "Unmanaged", "Unknown", "All"].map((text) => [text, "number"]);
  table($("sites"), [["Site"], ["Coverage"], ...numbers], overview.sites.map(siteRow));
}

async function showAssets() {
  const q = new URLSearchParams(location.search).get("q") || "";
  const found = await ask("/assets?" + new URLSearchParams({ limit: PAGE, ...(q && { q }) })).catch((error) => {
    // A mistyped filter is answered where it was typed.
    if (error.status !== 400) throw error;
    return error;
  });
  const refused = found instanceof Error;
  $("asset-count").className = refused ? "critical" : "meta";
  if (refused) {
    $("asset-count").textContent = `◆ ${found.message}. ${found.problem.hint || ""}`;
    $("assets").replaceChildren();
    return;
  }
  const page = found;
  $("asset-count").textContent = `${of(page.items.length, page.total)} assets shown`;
  table(
    $("assets"),
    [["Name"], ["Platform"], ["Site"], ["Environment"], ["OS"], ["Drift"], ["Packages", "number"], ["Security updates", "number"]],
    page.items.map(assetRow),
  );
}

let showing = false;
let again = false;

async function show() {
  if (showing) {
    again = true;
    return;
  }
  showing = true;
  try {
    await Promise.all([showOverview(), showAssets()]);
    notice(null);
  } catch (error) {
    notice(error);
  }
  showing = false;
  if (again) {
    again = false;
    setTimeout(show, 500);
  }
}

function live(text, className) {
  $("live").textContent = text;
  $("live").className = className;
}

// Events only say that something changed; what is shown is always asked for.
function listen() {
  const events = new EventSource(API + "/events");
  events.onopen = () => live("● live", "ok");
  events.onerror = () => {
    live(events.readyState === EventSource.CLOSED ? "◌ not live" : "◔ reconnecting, figures may be stale", "unknown");
  };
  for (const type of ["inventory.collected", "drift.detected", "feed.synced", "image.published", "image.promoted", "asset.removed"]) {
    events.addEventListener(type, () => show());
  }
}

$("q").value = new URLSearchParams(location.search).get("q") || "";
$("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const q = $("q").value.trim();
  history.pushState(null, "", q ? "?" + new URLSearchParams({ q }) : location.pathname);
  show();
});
addEventListener("popstate", () => {
  $("q").value = new URLSearchParams(location.search).get("q") || "";
  show();
});
show();
listen();
