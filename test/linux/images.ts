/** Where `scripts/guest-linux.mjs --images` has put a Linux, and how it is spoken to. */
export interface LinuxImages {
  /** Paths. */
  readonly vmlinux: string;
  readonly bzImage: string;
  readonly initrd: string;
  /** The busybox in ours. */
  readonly busybox: string;
  readonly commandLine: string;
  /** What /init prints first. */
  readonly marker: string;
  /** What the shell prints when it waits. */
  readonly prompt: string;
}

/** Megabytes: the least is 72. */
export const LINUX_MEMORY = 128;
/** Typed at the prompt, and what a right kernel and a right processor answer. */
export const QUESTION = 'echo $((6*7)); uname -sm; head -2 /proc/cpuinfo; cat /proc/uptime | grep -c .';
export const ANSWER = /(^|\n)42\r?\nLinux x86_64\r?\nprocessor\t: 0\r?\nvendor_id\t: AuthenticAMD\r?\n1\r?\n/;
/** Typed at the end. */
export const POWER_OFF = 'poweroff -f';
