import { JsonNumber, type JsonObject, type JsonValue } from './json-value.ts';

/** Lists and objects nested deeper than this are refused, as Jackson (hence Druid) does by default. */
export const MAX_JSON_DEPTH = 1000;

/** Why a text is no JSON, with the place in UTF-16 units from 0. */
export class JsonError {
  readonly message: string;

  constructor(problem: string, at: number) {
    this.message = `${problem} at character ${at + 1}`;
  }
}

/**
 * Parses one JSON text by RFC 8259, without any of the liberties the RFC allows. Numbers keep their text; of duplicate
 * keys the last wins; a lone surrogate escape becomes U+FFFD, in keys too.
 */
export function parseJson(text: string): JsonValue | JsonError {
  try {
    return new Parser(text).parse();
  } catch (error) {
    if (error instanceof JsonError) return error;
    throw error;
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 forbids exactly these in strings
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const FOUR_HEX_DIGITS = /[0-9a-fA-F]{4}/y;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Recursive descent: one method for each rule of the grammar. Problems are thrown as {@link JsonError}. */
class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonValue {
    const value = this.#value();
    if (this.#at < this.#text.length) throw this.#error('unexpected text after the value');
    return value;
  }

  /** A value with the whitespace around it. */
  #value(): JsonValue {
    this.#skipSpace();
    const value = this.#bareValue();
    this.#skipSpace();
    return value;
  }

  #bareValue(): JsonValue {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#list());
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #nested<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_JSON_DEPTH) throw this.#error(`nested deeper than ${MAX_JSON_DEPTH}`);
    const value = parse();
    this.#depth -= 1;
    return value;
  }

  #object(): JsonObject {
    const members = new Map<string, JsonValue>();
    this.#expect('{');
    this.#skipSpace();
    if (this.#skip('}')) return members;
    do {
      this.#skipSpace();
      const key = this.#string();
      this.#skipSpace();
      this.#expect(':');
      members.set(key, this.#value());
    } while (this.#skip(','));
    this.#expect('}');
    return members;
  }

  #list(): JsonValue[] {
    const elements: JsonValue[] = [];
    this.#expect('[');
    this.#skipSpace();
    if (this.#skip(']')) return elements;
    do elements.push(this.#value());
    while (this.#skip(','));
    this.#expect(']');
    return elements;
  }

  #string(): string {
    this.#expect('"');
    let value = this.#match(PLAIN_CHARACTERS);
    while (this.#skip('\\')) value += this.#escape() + this.#match(PLAIN_CHARACTERS);
    this.#expect('"');
    return value.toWellFormed();
  }

  /** What follows a backslash. Halves of a surrogate pair are joined by standing side by side. */
  #escape(): string {
    const letter = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (letter !== 'u') return SHORT_ESCAPES[letter] ?? this.#fail('unknown escape');
    const digits = this.#match(FOUR_HEX_DIGITS);
    if (digits === '') throw this.#error('\\u without four hexadecimal digits');
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(): JsonNumber {
    const text = this.#match(NUMBER);
    if (text === '') throw this.#error('no JSON value');
    return new JsonNumber(text);
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#error('no JSON value');
    this.#at += word.length;
    return value;
  }

  /** The text that a sticky pattern matches here, possibly none; moves behind it. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += match.length;
    return match;
  }

  /** Space, tab, LF and CR: nothing else is whitespace in JSON. */
  #skipSpace(): void {
    for (
      let code = this.#code();
      code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
      code = this.#code()
    ) {
      this.#at += 1;
    }
  }

  /** NaN behind the end. */
  #code(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#skip(character)) throw this.#error(`expected ${character}`);
  }

  #error(problem: string): JsonError {
    return new JsonError(this.#at < this.#text.length ? problem : 'the text ends too early', this.#at);
  }

  #fail(problem: string): never {
    throw this.#error(problem);
  }
}
