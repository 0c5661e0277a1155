// Opens pages in Chromium and prints what is wrong with them, a line for each problem.
//
//   node pages.mjs CHROMIUM FOLDER [SCREENSHOTS]
//
// FOLDER holds NAME/index.html for each page. One whose name begins with "long" may take more than a sheet of paper; of
// those that begin with "hostile", which differ by a name alone, one in ten is printed and examined in both schemes.
// Every page is opened from a server, as a file, and without scripts; in three widths, light and dark; and printed.
// One browser serves all. With SCREENSHOTS, a folder, each page is pictured as well.
import { createServer } from "node:http";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [program, folder, screenshots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const widths = [360, 768, 1280];
const schemes = ["light", "dark"];
const problems = [];

let requests = [];
const types = { html: "text/html; charset=utf-8", webmanifest: "application/manifest+json", png: "image/png" };
const server = createServer((request, response) => {
  requests.push(request.url);
  try {
    const bytes = readFileSync(join(folder, request.url));
    response.writeHead(200, { "content-type": types[request.url.split(".").pop()] });
    response.end(bytes);
  } catch {
    response.writeHead(404);
    response.end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const host = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: program,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

// A page of a context, whose messages and requests are problems of the page that is open.
async function tab(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const open = { name: "", seen: [] };
  page.on("console", (message) => problems.push(`${open.name}: console: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${open.name}: error: ${error.message}`));
  page.on("request", (request) => open.seen.push(request.url()));
  return { page, open };
}

async function sideways(page, name) {
  const [wide, client] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  if (wide > client) problems.push(`${name}: ${wide} wide in ${client}`);
  const cut = await page.evaluate(() => {
    const chart = document.querySelector("#chart");
    const width = document.documentElement.clientWidth;
    const texts = chart ? [...chart.querySelectorAll("text")] : [];
    const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
    const found = boxes.filter(([, box]) => box.left < 0 || box.right > width).map(([text]) => `cut: ${text}`);
    boxes.forEach(([text, a], n) =>
      boxes.slice(n + 1).forEach(([other, b]) => {
        const over = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (over > 1 && down > 4) found.push(`on each other: ${text}, ${other}`);
      }),
    );
    return found;
  });
  problems.push(...cut.map((text) => `${name}: ${text}`));
}

const served = await tab({ locale: "pt-BR" });
const filed = await tab({ locale: "pt-BR", viewport: { width: 360, height: 800 } });
const still = await tab({ locale: "pt-BR", viewport: { width: 360, height: 800 }, javaScriptEnabled: false });
for (const name of readdirSync(folder)) {
  const brief = /^hostile-.*[1-9]$/.test(name);
  requests = [];
  served.open.name = `${name}, served`;
  await served.page.setViewportSize({ width: 360, height: 800 });
  await served.page.goto(`${host}/${name}/index.html`);
  for (const width of widths) {
    for (const colorScheme of schemes) {
      const place = `${name}, ${width} px, ${colorScheme}`;
      served.open.name = place;
      await served.page.setViewportSize({ width, height: 800 });
      await served.page.emulateMedia({ colorScheme });
      await sideways(served.page, place);
      if (screenshots) {
        const path = join(screenshots, `${name}-${width}-${colorScheme}.png`);
        await served.page.screenshot({ path, fullPage: true });
      }
    }
  }
  await served.page.setViewportSize({ width: 320, height: 800 });
  await sideways(served.page, `${name}, 320 px`);
  if (requests.length !== 1) problems.push(`${name}: requests: ${requests}`);
  await served.page.evaluate(axe);
  for (const [width, colorScheme] of [[360, "light"], [1280, "dark"]].slice(0, brief ? 1 : 2)) {
    await served.page.setViewportSize({ width, height: 800 });
    await served.page.emulateMedia({ colorScheme });
    const { violations } = await served.page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).slice(0, 3)}`);
    problems.push(...told.map((text) => `${name}, ${width} px, ${colorScheme}: ${text}`));
  }
  if (!brief) {
    const pdf = await served.page.pdf({ preferCSSPageSize: true, printBackground: true });
    const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
    const most = name === "panel" ? Infinity : name.startsWith("long") ? 2 : 1;
    if (sheets < 1 || sheets > most) problems.push(`${name}: ${sheets} sheets of paper`);
  }

  for (const { page, open } of [filed, still]) {
    open.name = `${name}, file`;
    open.seen = [];
    await page.goto(pathToFileURL(join(folder, name, "index.html")).href);
    if (open.seen.length !== 1) problems.push(`${open.name}: requests: ${open.seen}`);
    await sideways(page, open.name);
    const heading = await page.locator("h1").innerText();
    if (!heading.trim()) problems.push(`${open.name}: no heading`);
  }
}
// The panel's filter leaves the clients of one situation, or of a name, with or without accents.
if (readdirSync(folder).includes("panel")) {
  await served.page.goto(`${host}/panel/index.html`);
  const cards = async () => served.page.locator(".deck>li:visible").count();
  const all = await served.page.locator(".deck>li").count();
  for (const [group, name, left] of [["runs-out", "", (n) => n > 0 && n < all], ["", "otica visao 2", (n) => n > 0 && n < all], ["", "", (n) => n === all]]) {
    await served.page.locator("#group").selectOption(group);
    await served.page.locator("#name").fill(name);
    const count = await cards();
    if (!left(count)) problems.push(`panel: ${count} of ${all} clients by ${group}${name}`);
  }
}
// A finger on the chart shows that day's figure, and an old page says how old it is.
const chart = served.page.locator("#chart");
for (const name of readdirSync(folder).filter((name) => name !== "panel")) {
  await served.page.goto(`${host}/${name}/index.html`);
  const stale = await served.page.locator("#age").innerText();
  const old = Date.now() - Date.parse(await served.page.locator("#made").getAttribute("datetime")) > 36 * 36e5;
  if (old !== /\d+/.test(stale)) problems.push(`${name}: age: ${stale}`);
  if (await chart.count()) {
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    await served.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const shown = await served.page.locator("#day").innerText();
    const rows = await served.page.locator("#days tbody tr").evaluateAll((rows) => rows.map((row) => row.cells[0].textContent));
    if (!rows.includes(shown.split(":")[0])) problems.push(`${name}: shown: ${shown}`);
    break;
  }
}
await browser.close();
server.close();
console.log(problems.join("\n"));
process.exit(problems.length ? 1 : 0);
