/** Ciphers, hashes, strings, carry-less products and bit fields on XMM registers (volume 4); their meanings lie out of line. */
import { Ib, Udq, Vdq, Wdq, Wdqu, XMM0 } from '../operand';
import { row, type Row, type Rules } from '../row';

const aes = { feature: 'AES', unit: 'sse' } as const satisfies Rules;
/** AMD's processors let their operands lie anywhere. */
const sha = { feature: 'SHA', unit: 'sse' } as const satisfies Rules;
const sse42 = { feature: 'SSE42', unit: 'sse' } as const satisfies Rules;
const sse4a = { feature: 'SSE4A', unit: 'sse' } as const satisfies Rules;

export const VECTOR_SPECIAL: readonly Row[] = [
  row('PCMPESTRM', '66 0F 3A 60 /r', [Vdq, Wdqu, Ib], { ...sse42, leaves: 'flags' }, 'pcmpestrm'),
  row('PCMPESTRI', '66 0F 3A 61 /r', [Vdq, Wdqu, Ib], { ...sse42, leaves: 'flags' }, 'pcmpestri'),
  row('PCMPISTRM', '66 0F 3A 62 /r', [Vdq, Wdqu, Ib], { ...sse42, leaves: 'flags' }, 'pcmpistrm'),
  row('PCMPISTRI', '66 0F 3A 63 /r', [Vdq, Wdqu, Ib], { ...sse42, leaves: 'flags' }, 'pcmpistri'),

  row('AESIMC', '66 0F 38 DB /r', [Vdq, Wdq], aes, 'aesimc'),
  row('AESENC', '66 0F 38 DC /r', [Vdq, Wdq], aes, 'aesenc'),
  row('AESENCLAST', '66 0F 38 DD /r', [Vdq, Wdq], aes, 'aesenclast'),
  row('AESDEC', '66 0F 38 DE /r', [Vdq, Wdq], aes, 'aesdec'),
  row('AESDECLAST', '66 0F 38 DF /r', [Vdq, Wdq], aes, 'aesdeclast'),
  row('AESKEYGENASSIST', '66 0F 3A DF /r', [Vdq, Wdq, Ib], aes, 'aeskeygenassist'),
  row('PCLMULQDQ', '66 0F 3A 44 /r', [Vdq, Wdq, Ib], { ...aes, feature: 'PCLMULQDQ' }, 'pclmulqdq'),

  row('SHA1NEXTE', 'NP 0F 38 C8 /r', [Vdq, Wdqu], sha, 'sha1nexte'),
  row('SHA1MSG1', 'NP 0F 38 C9 /r', [Vdq, Wdqu], sha, 'sha1msg1'),
  row('SHA1MSG2', 'NP 0F 38 CA /r', [Vdq, Wdqu], sha, 'sha1msg2'),
  row('SHA256RNDS2', 'NP 0F 38 CB /r', [Vdq, Wdqu, XMM0], sha, 'sha256rnds2'),
  row('SHA256MSG1', 'NP 0F 38 CC /r', [Vdq, Wdqu], sha, 'sha256msg1'),
  row('SHA256MSG2', 'NP 0F 38 CD /r', [Vdq, Wdqu], sha, 'sha256msg2'),
  row('SHA1RNDS4', 'NP 0F 3A CC /r', [Vdq, Wdqu, Ib], sha, 'sha1rnds4'),

  row('EXTRQ', '66 0F 78 /0', [Udq, Ib, Ib], sse4a, 'extrq'),
  row('EXTRQ', '66 0F 79 /r', [Vdq, Udq], sse4a, 'extrq'),
  row('INSERTQ', 'F2 0F 78 /r', [Vdq, Udq, Ib, Ib], sse4a, 'insertq'),
  row('INSERTQ', 'F2 0F 79 /r', [Vdq, Udq], sse4a, 'insertq'),
];
