/**
 * The manual every `section` column of this folder refers to: AMD64 Architecture Programmer's Manual, Volume 2.
 *
 * What has been checked. Chapter 15 (SVM) of this revision was compared row by row through a translation, and the facts
 * again against the published headers of independent hypervisors. Appendices B (VMCB layout) and C (exit codes) rest on
 * those headers: offsets, codes and bit numbers agree with Linux's own, which the tests read. Chapters 3 to 9, 13 and 16
 * were written from knowledge of the architecture and compared with Linux's headers where those speak.
 * A row carrying `doubt` says what could not be confirmed.
 */
export const MANUAL = {
  title: "AMD64 Architecture Programmer's Manual, Volume 2: System Programming",
  short: 'AMD64 APM volume 2',
  publication: 24593,
  revision: '3.45',
} as const;

/** How a section is written for people: digits are sections, letters are appendices. */
export type Section = string;
