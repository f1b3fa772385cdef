/**
 * The manual every `section` column of this folder refers to: AMD64 Architecture Programmer's Manual, Volume 2.
 *
 * What stands behind the rows. Chapter 15 (SVM): facts of this revision, read through an unofficial translation; nobody has held
 * the rows against the official text. Appendices B (VMCB layout) and C (exit codes): the published headers of hypervisors. The
 * other chapters, and section numbers outside chapter 15: knowledge of the architecture. What the tests check on every run:
 * offsets, codes, bit and MSR numbers against Linux's headers, in rows that both know (test/arch); meanings are not checked by
 * these. A row carrying `doubt` says what could not be confirmed; a row without it may still be wrong.
 */
export const MANUAL = {
  title: "AMD64 Architecture Programmer's Manual, Volume 2: System Programming",
  short: 'AMD64 APM volume 2',
  publication: 24593,
  revision: '3.45',
} as const;

/** How a section is written for people: digits are sections, letters are appendices. */
export type Section = string;
