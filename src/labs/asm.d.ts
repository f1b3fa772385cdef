/** An assembly source as text: a guest of a checker, in the lab's folder. */
declare module '*.asm' {
  const source: string;
  export default source;
}
declare module '*.inc' {
  const source: string;
  export default source;
}
