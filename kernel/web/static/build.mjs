// Builds the look into kernel/web/static/build: one style sheet, three scripts, one icon sprite, fonts. Every file
// name carries the hash of its content; manifest.json maps plain names to files and their SHA-256 integrity.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";
import { chinese, faces, fallbacks } from "./fonts.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const modules = join(root, "node_modules");
const place = join(here, "build");
const out = join(modules, ".look"); // made aside and put in place at once, so that nobody sees half a build
const manifest = {};

function keep(name, content) {
  const bytes = Buffer.from(content);
  const sha256 = createHash("sha256").update(bytes);
  const digest = sha256.digest();
  const kind = extname(name);
  const file = `${name.slice(0, -kind.length)}.${digest.toString("hex").slice(0, 12)}${kind}`;
  writeFileSync(join(out, file), bytes);
  manifest[name] = { file, integrity: `sha256-${digest.toString("base64")}`, bytes: bytes.length };
  return file;
}

function run(program, ...args) {
  const done = spawnSync(process.execPath, [join(modules, program), ...args], { cwd: root, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${program} failed:\n${done.stdout}${done.stderr}`);
}

// One package's rules, reduced to the scripts wanted, with its files copied under hashed names.
function facesOf({ package: name, sheet, scripts }) {
  const folder = join(modules, "@fontsource-variable", name);
  const rules = readFileSync(join(folder, sheet), "utf8").match(/@font-face\s*{[^}]*}/g);
  return rules.map((rule) => {
    const [, path] = rule.match(/url\(\.\/(files\/[^)]+)\)/);
    const script = path.slice(`files/${name}-`.length).replace(/-(wght|opsz|standard)-normal\.woff2$/, "");
    if (scripts && !scripts.includes(script)) return "";
    const file = keep(path.slice("files/".length), readFileSync(join(folder, path)));
    return rule.replace(/url\([^)]+\)\s*format\([^)]+\)/, `url(${file}) format("woff2")`).replace(/\s+/g, " ");
  }).join("");
}

function fallback({ family, local, size, ascent, descent }) {
  const sources = local.map((name) => `local("${name}")`).join(",");
  return `@font-face{font-family:"${family}";src:${sources};size-adjust:${size}%;ascent-override:${ascent}%;descent-override:${descent}%;line-gap-override:0%}`;
}

const tight = (css) => css.replace(/;\s*}/g, "}").replace(/\s*([{}:;,])\s*/g, "$1").replace(/,U\+/g, ",U+");

function styles() {
  const raw = join(out, "tailwind.tmp");
  run("@tailwindcss/cli/dist/index.mjs", "-i", join(here, "css/app.css"), "-o", raw, "--minify");
  keep("app.css", tight(faces.map(facesOf).join("") + fallbacks.map(fallback).join("")) + readFileSync(raw, "utf8"));
  keep("cjk.css", tight(facesOf(chinese)));
  rmSync(raw);
}

async function scripts() {
  for (const name of ["early", "shop", "desk"]) {
    const made = await bundle({
      entryPoints: [join(here, name, "main.js")], bundle: true, minify: true, write: false, format: "iife",
      target: ["es2022"], legalComments: "none", nodePaths: [modules],
    });
    keep(`${name}.js`, made.outputFiles[0].contents);
  }
}

// Names written out in templates come into the sprite by themselves; those chosen at run time stand in icons.json.
function iconNames() {
  const names = new Set(JSON.parse(readFileSync(join(here, "icons.json"), "utf8")));
  for (const folder of ["kernel/web", "storefront", "backoffice", "partner_portal", "eservice", "auctions", "app"]) {
    const templates = join(root, folder, "templates");
    if (!existsSync(templates)) continue;
    for (const path of readdirSync(templates, { recursive: true })) {
      if (!path.endsWith(".html")) continue;
      const text = readFileSync(join(templates, path), "utf8");
      for (const [, name] of text.matchAll(/\b(?:icon|mark)(?:\(\s*|\s*=\s*)["']([a-z0-9-]+)["']/g)) names.add(name);
    }
  }
  return [...names].sort();
}

function icons() {
  const missing = [];
  const symbols = iconNames().map((name) => {
    const path = join(modules, "lucide-static/icons", `${name}.svg`);
    if (!existsSync(path)) { missing.push(name); return ""; }
    const inner = readFileSync(path, "utf8").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
  });
  if (missing.length) throw new Error(`no such icon in Lucide: ${missing.join(", ")}`);
  keep("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
styles();
await scripts();
icons();
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1));
rmSync(place, { recursive: true, force: true });
renameSync(out, place);
const shown = Object.entries(manifest).filter(([name]) => !name.endsWith(".woff2")).map(([name, { bytes }]) => `${name} ${(bytes / 1024).toFixed(1)} KB`);
console.log(`${relative(root, place)}: ${shown.join(", ")}, ${Object.keys(manifest).length - shown.length} font files`);
