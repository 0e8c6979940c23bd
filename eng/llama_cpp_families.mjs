// Runs every family's GGUF file in llama.cpp itself (through the npm package node-llama-cpp) and compares with reference values.
//   npm install --ignore-scripts node-llama-cpp@3.22.1          (in a folder of its own, never in the project)
//   FATHOM="dotnet src/Fathom.Cli/bin/Release/net10.0/fathom.dll" NODE_MODULES=/that/folder/node_modules \
//   node eng/llama_cpp_families.mjs GOLDEN_FOLDER [NAME...] [--type f32] [--work DIR] [--json]
// GOLDEN_FOLDER holds folders in Hugging Face layout, each with golden.safetensors (tensors `generated.I`, `input_ids`, `attention_mask`, `logits`).
// Each gets a made vocabulary (the binding needs one; llama.cpp itself loads a file without), is converted by `fathom model convert`, loaded
// by llama.cpp and fed the token ids; compared are the token of the largest logit at every generated place, and every logit of the prompts.
// Prints one row a model; exit 1 where tokens differ.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const args = process.argv.slice(2);
const take = (name) => { const at = args.indexOf(name); return at < 0 ? undefined : args.splice(at, 2)[1]; };
const flag = (name) => { const at = args.indexOf(name); return at >= 0 && args.splice(at, 1).length > 0; };

function safetensors(path) {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString("utf8"));
  const tensor = (name) => {
    const entry = header[name];
    if (!entry) return undefined;
    const [begin, end] = entry.data_offsets;
    const raw = bytes.buffer.slice(bytes.byteOffset + 8 + length + begin, bytes.byteOffset + 8 + length + end);
    const values = entry.dtype === "I64" ? Array.from(new BigInt64Array(raw), Number) : new Float32Array(raw);
    return { shape: entry.shape, values };
  };
  return { names: Object.keys(header), tensor };
}

// A folder with the same files and a byte-level tokenizer of exactly as many tokens as the model has rows.
function withVocabulary(source, target) {
  const config = JSON.parse(readFileSync(join(source, "config.json"), "utf8"));
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const name of ["config.json", "generation_config.json", "model.safetensors"]) if (existsSync(join(source, name))) symlinkSync(resolve(source, name), join(target, name));
  const letters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
  const tokens = [...letters, "\u0120", "\u010a"];
  const named = ["<unk>", "<s>", "</s>", "<|endoftext|>"]; // llama.cpp looks for them where a model's name has "phi3" in it
  while (tokens.length < config.vocab_size) tokens.push(config.vocab_size - tokens.length <= named.length ? named[config.vocab_size - tokens.length - 1] : "<" + tokens.length + ">");
  const level = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  const model = { type: "BPE", dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges: [] };
  const tokenizer = { version: "1.0", truncation: null, padding: null, added_tokens: [], normalizer: null, pre_tokenizer: level, post_processor: null, decoder: level, model };
  writeFileSync(join(target, "tokenizer.json"), JSON.stringify(tokenizer));
  return target;
}

async function one(gguf, golden, contextSize, window) {
  const { getLlama, LlamaLogLevel } = await import(pathToFileURL(join(resolve(process.env.NODE_MODULES), "node-llama-cpp/dist/index.js")));
  const llama = await getLlama({ gpu: false, build: "never", maxThreads: 1, logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath: gguf });
  const context = await model.createContext({ contextSize, batchSize: 64, threads: 1, flashAttention: false, experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32" });
  const sequence = context.getSequence();
  const file = safetensors(golden);
  const ids = file.tensor("input_ids"), mask = file.tensor("attention_mask"), logits = file.tensor("logits");
  const [rows, width] = ids.shape, vocabulary = logits.shape[2];
  let tokens = 0, equal = 0, worst = 0, largest = 0;
  for (let row = 0; row < rows; row++) {
    const generated = file.tensor(`generated.${row}`).values;
    const length = mask.values.slice(row * width, (row + 1) * width).reduce((a, b) => a + b, 0);
    await sequence.clearHistory();
    const answers = await sequence.controlledEvaluate(generated.slice(0, -1).map((token) => [token, { generateNext: { logits: true } }]));
    answers.forEach((answer, place) => {
      const found = answer.next.logits;
      let best = -1, top = -Infinity;
      for (const [token, value] of found) if (value > top) [best, top] = [token, value];
      if (place >= window) return;
      if (place >= length - 1) { tokens++; if (best === generated[place + 1]) equal++; }
      if (place >= length) return;
      for (let v = 0; v < vocabulary; v++) {
        const expected = logits.values[(row * width + place) * vocabulary + v];
        worst = Math.max(worst, Math.abs(found.get(v) - expected));
        largest = Math.max(largest, Math.abs(expected));
      }
    });
  }
  console.log("RESULT " + JSON.stringify({ tokens, equal, largest_difference: worst, largest_logit: largest }));
  process.exit(0);
}

if (flag("--one")) {
  await one(args[0], args[1], Number(args[2]), Number(args[3]));
} else {
  const type = take("--type") ?? "f32", json = flag("--json");
  const work = take("--work") ?? mkdtempSync(join(tmpdir(), "fathom-gguf-"));
  const [folder, ...names] = args;
  const fathom = (process.env.FATHOM ?? "fathom").split(" ");
  const all = names.length > 0 ? names : readdirSync(folder).filter((name) => existsSync(join(folder, name, "golden.safetensors")) && existsSync(join(folder, name, "config.json"))
    && safetensors(join(folder, name, "golden.safetensors")).names.includes("generated.0"));
  let failed = false;
  const results = [];
  for (const name of all) {
    const gguf = join(work, name + ".gguf"), golden = join(folder, name, "golden.safetensors");
    rmSync(gguf, { force: true });
    const result = { model: name };
    const converted = spawnSync(fathom[0], [...fathom.slice(1), "model", "convert", withVocabulary(join(folder, name), join(work, name)), "--out", gguf, "--type", type, "--json"], { encoding: "utf8" });
    if (converted.error) throw converted.error;
    if (converted.status !== 0) result.refused = converted.stderr.trim().split("\n").pop();
    else {
      result.notes = JSON.parse(converted.stdout).notes;
      // llama.cpp does not know the windows of some families: there only what a window holds can be compared.
      const window = result.notes.map((note) => /beyond the window of (\d+) tokens/.exec(note)?.[1]).find((found) => found);
      if (window) result.window = Number(window);
      const run = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--one", gguf, golden, "256", window ?? "Infinity"], { encoding: "utf8" });
      const line = run.stdout.split("\n").find((text) => text.startsWith("RESULT "));
      if (line) Object.assign(result, JSON.parse(line.slice(7)));
      else result.not_loaded = (run.stderr.trim().split("\n").filter((text) => /error|assert|fail|missing|wrong|expected/i.test(text))[0] ?? `exit ${run.status}`).trim();
      if (line && result.equal !== result.tokens) failed = true;
    }
    results.push(result);
    if (json) continue;
    console.log(result.refused ? `${name}: refused: ${result.refused}` : result.not_loaded ? `${name}: not loaded: ${result.not_loaded}`
      : `${name}: ${result.equal} of ${result.tokens} tokens equal, logits differ by at most ${result.largest_difference.toExponential(1)} (largest ${result.largest_logit.toFixed(2)})${result.window ? `, within the window of ${result.window} tokens` : ""}`);
  }
  if (json) console.log(JSON.stringify(results, null, 2));
  process.exit(failed ? 1 : 0);
}
