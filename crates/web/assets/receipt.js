// Checks a receipt in the browser, with nothing but the journal's public key: the formats are those of the `journal` crate (C2SP
// signed-note and tlog-checkpoint, RFC 6962), and both are held to the same receipts in a test. Nothing is sent anywhere.

const utf8 = new TextEncoder();

// --- bytes ---------------------------------------------------------------------------------------------------------------------

const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
};

const same = (left, right) => left.length === right.length && left.every((byte, place) => byte === right[place]);

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** The bytes of a base64 text, as it is written in one way only. */
const from_base64 = (text) => {
  const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  if (base64(bytes) !== text) throw new Error("it is not base64");
  return bytes;
};

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

const leaf_hash = (leaf) => sha256(Uint8Array.of(0), utf8.encode(leaf));

const node_hash = (left, right) => sha256(Uint8Array.of(1), left, right);

/** A whole number as eight bytes, the greatest first. */
const eight_bytes = (number) => {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setBigUint64(0, BigInt(number));
  return new Uint8Array(bytes.buffer);
};

// --- signed notes --------------------------------------------------------------------------------------------------------------

/** A public key of the form name+number+key. */
export const read_key = async (vkey) => {
  const [, name, number, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(vkey) ?? [];
  if (name === undefined) throw new Error("it is not a public key");
  const bytes = from_base64(encoded);
  if (bytes.length !== 33 || bytes[0] !== 1) throw new Error("it is not an Ed25519 key");
  const digest = await sha256(utf8.encode(`${name}\n`), bytes);
  const id = digest.slice(0, 4);
  if ([...id].map((byte) => byte.toString(16).padStart(2, "0")).join("") !== number) {
    throw new Error("its number is not the key's");
  }
  const key = await crypto.subtle.importKey("raw", bytes.slice(1), { name: "Ed25519" }, false, ["verify"]);
  return { name, id, key, vkey };
};

/** The text of a note, if this key signed it and each of its signatures holds. */
const signed_text = async (note, verifier) => {
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) throw new Error("it is not a signed note");
  const text = note.slice(0, split + 1);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) throw new Error("it holds a control character");
  let signed = false;
  for (const line of note.slice(split + 2, -1).split("\n")) {
    const [, name, encoded] = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line) ?? [];
    if (name === undefined) throw new Error("a signature line cannot be read");
    const bytes = from_base64(encoded);
    if (bytes.length < 5) throw new Error("a signature line cannot be read");
    if (name === verifier.name && same(bytes.slice(0, 4), verifier.id)) {
      const holds = await crypto.subtle.verify({ name: "Ed25519" }, verifier.key, bytes.slice(4), utf8.encode(text));
      if (!holds) throw new Error("a signature does not hold");
      signed = true;
    }
  }
  if (!signed) throw new Error("it is not signed by this key");
  return text;
};

// --- what a receipt holds ------------------------------------------------------------------------------------------------------

const is_text = (value) => typeof value === "string" && !/\p{Surrogate}/u.test(value);

const has_only = (value, names) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).every((name) => names.includes(name));

/** Reads a receipt's file, or throws. */
export const read_receipt = (text) => {
  const receipt = JSON.parse(text);
  const is_receipt =
    has_only(receipt, ["format", "origin", "entry", "act", "leaf", "promise", "proof", "vkey"]) &&
    receipt.format === "credence-receipt/1" &&
    [receipt.origin, receipt.leaf, receipt.promise, receipt.vkey].every(is_text) &&
    Number.isSafeInteger(receipt.entry) &&
    receipt.entry >= 0;
  if (!is_receipt) throw new Error("it is not a receipt");
  const { act = {}, proof = null } = receipt;
  if (!has_only(act, Object.keys(act)) || !Object.entries(act).flat().every(is_text)) throw new Error("it is not a receipt");
  const is_proof =
    proof === null ||
    (has_only(proof, ["checkpoint", "hashes"]) &&
      is_text(proof.checkpoint) &&
      Array.isArray(proof.hashes) &&
      proof.hashes.every(is_text));
  if (!is_proof) throw new Error("it is not a receipt");
  return { ...receipt, act, proof };
};

const LEAF =
  /^credence-leaf\/1\nnumber (0|[1-9]\d*)\nminute ((\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d))\+08:00\nkind ([!-~]{1,64})\noffice ([!-~]{1,64})\narticle ([!-~]{1,64})\ncommitment [0-9a-f]{64}\n$/;

/** What a leaf says, or throws. */
export const read_leaf = (leaf) => {
  const found = LEAF.exec(leaf);
  if (found === null) throw new Error("it is not a leaf");
  const [, number, minute, year, month, day, hour, past, kind, office, article] = found;
  const moment = new Date(Date.UTC(year, month - 1, day, hour, past));
  if (moment.toISOString().slice(0, 16) !== minute || Number(year) < 1970) throw new Error("there is no such minute");
  return { number: Number(number), minute: minute.replace("T", " "), kind, office, article };
};

const by_bytes = ([left], [right]) => {
  const [one, other] = [utf8.encode(left), utf8.encode(right)];
  const place = one.findIndex((byte, index) => byte !== other[index]);
  return place < 0 ? one.length - other.length : one[place] - (other[place] ?? -1);
};

/** The text of the promise. The summary of the act is in it by its digest. */
const promise_text = async (origin, receipt, hash) => {
  let text = `credence-promise/1\n${origin}\nentry ${receipt.entry}\nleaf ${base64(hash)}\n`;
  const summary = Object.entries(receipt.act).sort(by_bytes).flat();
  if (summary.length > 0) {
    const parts = summary.map((part) => utf8.encode(part)).flatMap((part) => [eight_bytes(part.length), part]);
    text += `act ${base64(await sha256(utf8.encode("credence-receipt-act/1\0"), ...parts))}\n`;
  }
  return text;
};

/** Checks that a leaf's hash stands at a place in the tree of a size with this root (RFC 9162, 2.1.3.2). */
const check_inclusion = async (leaf, index, size, hashes, root) => {
  if (index >= size) throw new Error("the entry is beyond the checkpoint");
  let [place, last, hash] = [index, size - 1, leaf];
  const half = (number) => Math.floor(number / 2);
  for (const other of hashes) {
    if (last === 0) throw new Error("the proof is too long");
    if (place % 2 === 1 || place === last) {
      hash = await node_hash(other, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      hash = await node_hash(hash, other);
    }
    [place, last] = [half(place), half(last)];
  }
  if (last !== 0) throw new Error("the proof is too short");
  if (!same(hash, root)) throw new Error("the proof does not lead to the root");
};

// --- the check -----------------------------------------------------------------------------------------------------------------

/** What each step of the check comes to: `holds`, `fails` or `not_checked`. */
export const examine = async (receipt, verifier) => {
  const outcome = async (check) => {
    try {
      await check();
      return "holds";
    } catch {
      return "fails";
    }
  };
  const must = (holds) => {
    if (!holds) throw new Error("it does not hold");
  };
  const hash = await leaf_hash(receipt.leaf);
  const steps = {
    key: await outcome(() => must(receipt.vkey === verifier.vkey)),
    journal: await outcome(() => must(receipt.origin === verifier.name)),
    leaf: await outcome(() => must(read_leaf(receipt.leaf).number === receipt.entry)),
    promise: await outcome(async () => {
      must((await signed_text(receipt.promise, verifier)) === (await promise_text(verifier.name, receipt, hash)));
    }),
    checkpoint: "not_checked",
    inclusion: "not_checked",
  };
  if (receipt.proof === null) return steps;
  let head;
  steps.checkpoint = await outcome(async () => {
    const text = await signed_text(receipt.proof.checkpoint, verifier);
    const [, origin, size, root] = /^([^\n]+)\n(0|[1-9]\d*)\n([^\n]+)\n$/.exec(text) ?? [];
    must(origin === verifier.name && Number.isSafeInteger(Number(size)));
    const bytes = from_base64(root);
    must(bytes.length === 32);
    head = { size: Number(size), root: bytes };
  });
  if (head !== undefined) {
    steps.inclusion = await outcome(async () => {
      const hashes = receipt.proof.hashes.map(from_base64);
      must(hashes.every((each) => each.length === 32));
      await check_inclusion(hash, receipt.entry, head.size, hashes, head.root);
    });
  }
  return steps;
};

/** Whether this browser checks Ed25519 signatures. */
const is_able = async () => {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch {
    return false;
  }
};

// --- the page ------------------------------------------------------------------------------------------------------------------

const begin = async (form) => {
  const find = (name) => document.querySelector(`[data-receipt="${name}"]`);
  const show_one = (nodes, is_shown) => nodes.forEach((node) => { node.hidden = !is_shown(node); });
  const [text, key, file, result] = ["text", "key", "file", "result"].map(find);
  file.closest(".field").hidden = false;
  file.addEventListener("change", async () => {
    if (file.files.length > 0) text.value = await file.files[0].text();
  });
  const able = await is_able();
  show_one(document.querySelectorAll("[data-receipt-way]"), (node) => node.dataset.receiptWay === (able ? "browser" : "unable"));
  if (!able) return;

  const show = (verdict, steps, receipt) => {
    result.hidden = false;
    show_one(result.querySelectorAll("[data-verdict]"), (node) => node.dataset.verdict === verdict);
    show_one(result.querySelectorAll("[data-by]"), (node) => node.dataset.by === "browser");
    show_one(result.querySelectorAll("[data-detail]"), () => steps !== undefined);
    for (const step of result.querySelectorAll("[data-step]")) {
      show_one(step.querySelectorAll("[data-outcome]"), (node) => node.dataset.outcome === steps?.[step.dataset.step]);
    }
    let said = {};
    try {
      const leaf = receipt === undefined ? {} : read_leaf(receipt.leaf);
      said = { entry: receipt?.entry, ...leaf };
    } catch {
      said = { entry: receipt?.entry };
    }
    for (const fact of result.querySelectorAll("[data-fact]")) fact.textContent = said[fact.dataset.fact] ?? "—";
    for (const meaning of result.querySelectorAll("[data-meaning]")) {
      const words = result.querySelectorAll(`[data-words="${meaning.dataset.meaning}"] option`);
      const known = [...words].find((word) => word.value === said[meaning.dataset.meaning]);
      meaning.textContent = known?.textContent ?? "";
    }
    const article = /^([0-9]+)(\(|$)/.exec(said.article ?? "");
    const link = result.querySelector("[data-article]");
    link.hidden = article === null;
    if (article !== null) link.setAttribute("href", link.dataset.article + article[1]);
    result.querySelector("h2").focus();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let [receipt, verifier] = [];
    try {
      receipt = read_receipt(text.value.trim());
    } catch {
      show("unreadable");
      return;
    }
    try {
      verifier = await read_key(key.value.trim());
    } catch {
      show("bad_key");
      return;
    }
    const steps = await examine(receipt, verifier);
    const fails = Object.values(steps).includes("fails");
    const proven = steps.inclusion === "holds";
    show(fails ? "fails" : proven ? "holds" : "holds_promise", steps, receipt);
  });
};

if (typeof document !== "undefined") {
  const form = document.querySelector('[data-receipt="form"]');
  if (form !== null) begin(form);
}
