// Speed of Fathom's tokenizers beside three others, in one run and in turn: Hugging Face's Rust library (npm tokenizers), tiktoken (Rust in
// WebAssembly) and llama.cpp (npm node-llama-cpp). One thread, processor time, medians; the ids are compared as well.
//
//   npm install --ignore-scripts tokenizers@0.23.2 tiktoken@1.0.22 node-llama-cpp@3.22.1      (somewhere outside the repository)
//   bash eng/fetch-foreign-tokenizers.sh FOREIGN && dotnet build benchmarks/Fathom.Benchmarks -c Release
//   RAYON_NUM_THREADS=1 node benchmarks/tokenizer_peers.mjs FOLDER_OF_NODE_MODULES SHARED FOREIGN [ROUNDS]
import {spawn} from "node:child_process";
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {createInterface} from "node:readline";
import {fileURLToPath, pathToFileURL} from "node:url";
import {gunzipSync} from "node:zlib";

const [modules, shared, foreign, rounds = "5"] = process.argv.slice(2);
const require = createRequire(join(modules, "/"));
const {Tokenizer} = require("tokenizers");
const {get_encoding} = require("tiktoken");
const {getLlama} = await import(pathToFileURL(require.resolve("node-llama-cpp")).href);
const llama = await getLlama({gpu: false, build: "never", logLevel: "disabled"});
const work = mkdtempSync(join(tmpdir(), "fathom-peers-"));

const texts = [];
for (const line of readFileSync(join(shared, "data/wikitext/wikitext_document_level-test.json"), "utf8").split("\n").filter(Boolean))
    texts.push(Object.values(JSON.parse(line)).find((value) => typeof value === "string" && value.length > 0));
for (const line of readFileSync(join(shared, "data/gsm8k/test.jsonl"), "utf8").split("\n").filter(Boolean)) {
    const {question, answer} = JSON.parse(line);
    texts.push(question + "\n" + answer);
}
const megabytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;
writeFileSync(join(work, "corpus.jsonl"), texts.map((text) => JSON.stringify(text)).join("\n") + "\n");

const here = dirname(fileURLToPath(import.meta.url));
const child = spawn("dotnet", [join(here, "Fathom.Benchmarks/bin/Release/net10.0/Fathom.Benchmarks.dll"), "tokenize-server", "--threads", "1"], {stdio: ["pipe", "pipe", "ignore"]});
const answers = createInterface({input: child.stdout})[Symbol.asyncIterator]();
async function order(op, path) {
    child.stdin.write(JSON.stringify({op, path}) + "\n");
    for (;;) {
        const {value, done} = await answers.next();
        if (done)
            throw new Error("Fathom.Benchmarks ended");
        if (value.startsWith("{"))
            return JSON.parse(value);
    }
}

async function timed(run) {
    globalThis.gc?.();
    const before = process.cpuUsage();
    await run();
    const {user, system} = process.cpuUsage(before);
    return (user + system) / 1e6;
}

const hashOf = (lists) => {
    let hash = 0;
    for (const list of lists) {
        for (const id of list)
            hash = (Math.imul(hash, 31) + id) >>> 0;
    }
    return hash;
};

// Each library: how it is loaded, encodes all texts, gives the ids and decodes them.
const fathom = (path) => ({
    load: () => order("load", path),
    encode: async () => (await order("encode")).seconds,
    ids: () => order("ids"),
    decode: async () => (await order("decode")).seconds,
});
function library(open, encode, decode, close) {
    let one, ids;
    return {
        load: async () => { if (one) await close?.(one); one = await open(); },
        encode: () => timed(async () => { for (const text of texts) await encode(one, text); }),
        ids: async () => {
            ids = [];
            for (const text of texts)
                ids.push(Array.from(await encode(one, text, true)));
            return {hash: hashOf(ids), count: ids.reduce((sum, list) => sum + list.length, 0)};
        },
        decode: decode && (() => timed(async () => { for (const list of ids) await decode(one, list); })),
    };
}
const huggingFace = (path) => library(
    () => {
        const json = path.endsWith(".gz") ? gunzipSync(readFileSync(path)).toString() : readFileSync(path, "utf8");
        const tokenizer = Tokenizer.fromString(json);
        tokenizer.disableTruncation();
        tokenizer.disablePadding();
        return tokenizer;
    },
    async (tokenizer, text, ids) => { const encoding = await tokenizer.encode(text, null, {addSpecialTokens: false}); return ids ? encoding.getIds() : null; },
    (tokenizer, ids) => tokenizer.decode(ids, false));
const tiktoken = (name) => library(() => get_encoding(name), (encoding, text) => encoding.encode_ordinary(text), (encoding, ids) => encoding.decode(Uint32Array.from(ids)), (encoding) => encoding.free());
const llamaCpp = (path) => library(() => llama.loadModel({modelPath: path, vocabOnly: true}), (model, text) => model.tokenize(text, false), (model, ids) => model.detokenize(ids, true), (model) => model.dispose());

const real = (name) => [join(shared, "golden/tokenizers/real", name, "tokenizer.json.gz"), join(foreign, name, "tokenizer.json")].find(existsSync);
const gguf = (name) => join(foreign, "gguf", name + ".gguf");
const rows = [];
for (const name of ["gpt2", "llama3.1", "gpt-oss", "smollm2", "qwen3", "deepseek-v3", "gpt-neox", "mistral-v1", "mistral-v3", "llama2", "gemma3", "t5", "xlm-roberta", "bert-uncased", "clip"]) {
    if (!real(name)) {
        console.error(`${name} is left out: its tokenizer.json is neither in SHARED nor in FOREIGN`);
        continue;
    }
    rows.push([name, "tokenizers 0.23 (Rust)", fathom(real(name)), huggingFace(real(name))]);
    if (name === "gpt2" || name === "gpt-oss")
        rows.push([name, "tiktoken (Rust, WebAssembly)", fathom(real(name)), tiktoken(name === "gpt2" ? "gpt2" : "o200k_base")]);
}
for (const name of ["gpt-2", "llama-bpe", "qwen2", "llama-spm", "bert-bge"])
    rows.push([`${name}.gguf`, "llama.cpp", fathom(gguf(name)), llamaCpp(gguf(name))]);
const model = join(shared, "models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
rows.push(["SmolLM2's GGUF", "llama.cpp", fathom(model), llamaCpp(model)]);

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const speed = (seconds) => megabytes / seconds;
const show = (value) => value >= 100 ? value.toFixed(0) : value.toFixed(1);
await order("corpus", join(work, "corpus.jsonl"));
console.log(`${megabytes.toFixed(2)} MB of WikiText and GSM8K in ${texts.length} texts, medians of ${rounds} rounds, MB (10^6 bytes) a second of processor time\n`);
console.log("| vocabulary | beside | Fathom | other | ratio | fresh: Fathom | other | ratio | decode: Fathom | other | ratio | ids |\n|---|---|---|---|---|---|---|---|---|---|---|---|");
for (const [name, peer, ...pair] of rows) {
    const warm = [[], []], fresh = [[], []], decode = [[], []], ids = [];
    for (const one of pair) {
        // The first passes compile.
        await one.load();
        await one.encode();
        await one.encode();
    }
    for (let round = 0; round < +rounds; round++) {
        for (const [i, one] of pair.entries()) {
            await one.load();
            fresh[i].push(await one.encode());
        }
        for (const [i, one] of pair.entries())
            warm[i].push(await one.encode());
    }
    for (const one of pair)
        ids.push(await one.ids());
    for (let round = 0; round <= +rounds; round++) {
        for (const [i, one] of pair.entries())
            round === 0 ? await one.decode() : decode[i].push(await one.decode());
    }
    const cells = [warm, fresh, decode].flatMap((both) => {
        const [ours, theirs] = both.map((seconds) => speed(median(seconds)));
        return [show(ours), show(theirs), `${show(ours / theirs)}x`];
    });
    console.log(`| ${name} | ${peer} | ${cells.join(" | ")} | ${ids[0].hash === ids[1].hash ? "equal" : `${ids[0].count} and ${ids[1].count}`} |`);
}
child.stdin.end();
rmSync(work, {recursive: true});
process.exit(0);
