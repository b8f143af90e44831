import { SLACK_BYTES } from '../exports/operators.ts';
import type { Kernel } from '../kernel.ts';

/** Kinds of instructions, as in `assembly/filter/apply-filter.ts`, where the layout is described. */
export const INSTRUCTION = {
  compareString: 1,
  compareNumber: 2,
  compareBoolean: 3,
  inStrings: 4,
  inIntegers: 5,
  isNull: 6,
  like: 7,
  and: 8,
  or: 9,
  not: 10,
} as const;

export interface Instruction {
  readonly kind: (typeof INSTRUCTION)[keyof typeof INSTRUCTION];
  readonly field: number;
  /** The outcome when a value is less than, equal to, greater than the literal. */
  readonly truths: number;
  /** Where the literal begins. */
  readonly at: number;
  readonly length: number;
}

const INSTRUCTION_WORDS = 5;

/** A filter's program while it is made: instructions in postfix order, and the literals they point to. */
export class FilterProgram {
  readonly #instructions: Instruction[] = [];
  readonly #literals: Uint8Array[] = [];
  #literalBytes = 0;
  #truths = 0;
  #depth = 0;

  /** Pushes a truth. */
  predicate(instruction: Instruction): void {
    this.#instructions.push(instruction);
    this.#truths += 1;
    this.#depth = Math.max(this.#depth, this.#truths);
  }

  /** Replaces the two truths on top by one. */
  combine(kind: typeof INSTRUCTION.and | typeof INSTRUCTION.or): void {
    this.#instructions.push({ kind, field: 0, truths: 0, at: 0, length: 0 });
    this.#truths -= 1;
  }

  negate(): void {
    this.#instructions.push({ kind: INSTRUCTION.not, field: 0, truths: 0, at: 0, length: 0 });
  }

  /** Keeps a literal's bytes; returns where they begin. */
  literal(bytes: Uint8Array): number {
    const at = this.#literalBytes;
    this.#literals.push(bytes);
    this.#literalBytes += bytes.length;
    return at;
  }

  /** Hands the program over to the kernel, whose memory then holds it for good. */
  install(kernel: Kernel): void {
    const words = this.#instructions.flatMap(({ kind, field, truths, at, length }) => [
      kind,
      field,
      truths,
      at,
      length,
    ]);
    const code = Buffer.alloc(4 * INSTRUCTION_WORDS * this.#instructions.length);
    words.forEach((word, index) => {
      code.writeUInt32LE(word, 4 * index);
    });
    const program = Buffer.concat([code, ...this.#literals]);
    const at = kernel.exports.allocate(program.length + SLACK_BYTES);
    kernel.bytes.set(program, at);
    kernel.exports.setFilter(at, this.#instructions.length, this.#depth);
  }
}
