/**
 * The predecoded record: 48 bytes in linear memory that tell a handler which operands one instruction has. A block is a header
 * record and a run of body records; records before an instruction's own may compute its address into a scratch slot.
 */
export const RECORD_SIZE = 48;

/** i32: handler number. Below the main loop's count: a case of its switch; above: a function in the table. */
export const R_HANDLER = 0;
/** u16: register slots (byte addresses in the register window) of operands 0 and 1. Address records: segment, scratch slot. */
export const R_OPERAND_0 = 4;
export const R_OPERAND_1 = 6;
/** u16: slots of the address' base and index. */
export const R_BASE = 8;
export const R_INDEX = 10;
/** u8: log2 of the index' scale. */
export const R_SCALE = 12;
/** u8: instruction length in bytes. */
export const R_LENGTH = 13;
/** u8: instructions of the block from this one to the end, itself included: what an exit here gives back to the budget. */
export const R_REMAINING = 14;
/** u8: address records that stand before this record and belong to the same instruction. */
export const R_PREPARED = 15;
/** u8, address records: bits of the instruction. */
export const R_TRAITS = 15;
/** It is repeated: with rCX = 0 it does not access anything, and no limit is asked. */
export const REPEATED = 1;
/** It uses MMX registers: a pending x87 exception comes before the segment's. */
export const USES_MMX = 2;
/** 16 bytes that must be aligned: always, or unless MXCSR.MM lets them lie anywhere. */
export const ALIGNED_ALWAYS = 4;
export const ALIGNED_USUALLY = 8;
/** i64: immediate. Address records: mask of the address size. */
export const R_IMMEDIATE = 16;
/** i64: displacement. */
export const R_DISPLACEMENT = 24;
/** i32, headers: runs until the block is hot; of a compiled region's, its function and the budget it needs at least. */
export const R_COUNTER = 24;
export const R_REGION = 16;
export const R_SLACK = 28;
/** i64: rIP of the instruction (header: of the block). */
export const R_RIP = 32;
/** i32: record to go to when taken (header: first body record). Address records: access size − 1. */
export const R_TARGET = 40;
/** i32: record to go to when not taken (header: instructions in the block). Address records: 8 for writes. */
export const R_NEXT = 44;

/** Handlers every interpreter has, in this order. */
export const HANDLER_UNRESOLVED = 0; // leaves for translation of its rIP
export const HANDLER_BLOCK = 1; // header: asks the budget
export const HANDLER_LOOKUP = 2; // goes to its rIP through the jump cache (the target is on another page)
export const HANDLER_JUMP = 3; // goes on at R_TARGET
export const HANDLER_HELPER = 4; // leaves for an out-of-line helper
export const HANDLER_STOP = 5; // leaves with its rIP: end of a single-instruction block
export const HANDLER_ADDRESS = 6; // address record
export const HANDLER_BIT_OFFSET_2 = 7; // displaced address: bit string, 16, 32, 64-bit operand; AL
export const HANDLER_BIT_OFFSET_4 = 8;
export const HANDLER_BIT_OFFSET_8 = 9;
export const HANDLER_AL_OFFSET = 10;
export const HANDLER_REGION = 11; // header: a compiled region, if the budget is large enough
export const FIRST_SHAPE_HANDLER = 12;

/** Why generated code returned. */
export const EXIT_LOOKUP = 1; // RIP is set; find or make its block
export const EXIT_BUDGET = 2; // RIP is set; the next block is longer than the budget
export const EXIT_STOP = 3; // RIP is set; one instruction was done
export const EXIT_HELPER = 4; // NEXT is the record of an out-of-line instruction
export const EXIT_FAULT = 5; // NEXT is the record that faulted; FAULT_* tell why
export const EXIT_UNRESOLVED = 6; // NEXT is a header without body
export const EXIT_HOT = 7; // NEXT is a header that has been run often enough to be compiled
