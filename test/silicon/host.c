/*
 * Runs machine code of test cases on this machine's own processor. Reads a batch from a file, writes what became of each case to
 * another: registers, flags, the vector and floating-point units where it uses them, the exception that ended it, and the words of memory it
 * changed. `native.ts` knows the same format.
 *
 * Every case ends by an exception: INT3 fills the code pages. It arrives here as a signal on a stack of its own, whose context
 * holds the whole state; the context is then rewritten to go on in `run_case`, behind the jump that led into the case.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE 4096u
#define MAGIC 0x69636170u
#define TIMEOUT 0xffu
#define WINDOWS 3
#define CODE 0
#define IMAGE 512
#define FCW_USUAL 0x37f
#define MXCSR_USUAL 0x1f80

struct window {
  uint32_t address, pages, read_only_pages, compared;
};
struct registers {
  uint64_t gpr[16], flags;
};
struct case_head {
  uint32_t bits, pieces;
  uint64_t units; /* an FXSAVE image follows, and one is wanted */
  uint64_t rip;
  struct registers registers;
};
struct outcome {
  uint32_t vector, changes;
  uint64_t error, cr2, rip, cs;
  struct registers registers;
};

static struct window windows[WINDOWS];
static uint64_t fs_base, gs_base;
static struct outcome outcome;
static volatile sig_atomic_t in_case;
static volatile uint32_t case_number, ticked_number = ~0u;

/* what the case begins with, and what it ends with */
uint8_t image_in[IMAGE] __attribute__((aligned(16)));
static uint8_t image_out[IMAGE];
static volatile uint64_t wants_image;

uint64_t host_rsp;
uint64_t near_target;
struct {
  uint32_t offset;
  uint16_t selector;
} __attribute__((packed)) far_target = {0, 0x23};

void run_case(const struct registers *registers, uint64_t is_32, uint64_t units);
extern char case_end[];

__asm__(".text\n"
        ".macro load_registers\n"
        "  pushq 128(%rdi); popfq\n"
        "  mov (%rdi), %rax; mov 8(%rdi), %rcx; mov 16(%rdi), %rdx; mov 24(%rdi), %rbx; mov 32(%rdi), %rsp\n"
        "  mov 40(%rdi), %rbp; mov 48(%rdi), %rsi; mov 64(%rdi), %r8; mov 72(%rdi), %r9; mov 80(%rdi), %r10\n"
        "  mov 88(%rdi), %r11; mov 96(%rdi), %r12; mov 104(%rdi), %r13; mov 112(%rdi), %r14; mov 120(%rdi), %r15\n"
        "  mov 56(%rdi), %rdi\n"
        ".endm\n"
        ".globl run_case\n"
        ".globl case_end\n"
        "run_case:\n"
        "  push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
        "  mov %rsp, host_rsp(%rip)\n"
        "  mov $0x2b, %eax\n"
        "  mov %eax, %ds\n"
        "  mov %eax, %es\n"
        "  test %rdx, %rdx\n"
        "  jz 2f\n"
        "  fxrstor64 image_in(%rip)\n"
        "2:\n"
        "  test %rsi, %rsi\n"
        "  jnz 1f\n"
        "  load_registers\n"
        "  jmp *near_target(%rip)\n"
        "1:\n"
        "  load_registers\n"
        "  ljmp *far_target(%rip)\n"
        "case_end:\n"
        "  mov host_rsp(%rip), %rsp\n"
        "  pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
        "  ret\n");

static const int GPR[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                            REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

static void fail(const char *words) {
  fprintf(stderr, "host: %s\n", words);
  exit(2);
}

static void on_signal(int number, siginfo_t *info, void *context) {
  /* a case may have set AC, and the system leaves it set: from here on an odd address would end the host */
  __asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; andl $~0x40000, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::: "memory", "cc");
  (void)info;
  greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
  if (number == SIGVTALRM) {
    /* two ticks in one case: it does not end */
    if (!in_case || ticked_number != case_number) {
      ticked_number = case_number;
      return;
    }
    outcome.vector = TIMEOUT;
  } else {
    if (!in_case) {
      static const char words[] = "host: a fault of its own\n";
      (void)!write(2, words, sizeof words - 1);
      _exit(2);
    }
    outcome.vector = (uint32_t)g[REG_TRAPNO];
  }
  in_case = 0;
  if (wants_image) {
    /* an FXSAVE image, whatever more the system keeps behind it */
    uint8_t *image = (uint8_t *)((ucontext_t *)context)->uc_mcontext.fpregs;
    memcpy(image_out, image, IMAGE);
    memset(image, 0, 24);
    *(uint16_t *)image = FCW_USUAL;
    *(uint32_t *)(image + 24) = MXCSR_USUAL;
  }
  for (int n = 0; n < 16; n++) outcome.registers.gpr[n] = (uint64_t)g[GPR[n]];
  outcome.registers.flags = (uint64_t)g[REG_EFL];
  outcome.error = (uint64_t)g[REG_ERR];
  outcome.cr2 = (uint64_t)g[REG_CR2];
  outcome.rip = (uint64_t)g[REG_RIP];
  outcome.cs = (uint64_t)g[REG_CSGSFS] & 0xffff;
  g[REG_RIP] = (greg_t)(uintptr_t)case_end;
  g[REG_RSP] = (greg_t)host_rsp;
  g[REG_EFL] = 0x202;
  g[REG_CSGSFS] = (greg_t)(((uint64_t)g[REG_CSGSFS] & 0x0000ffffffff0000ull) | 0x002b000000000033ull);
}

static uint8_t *at(uint32_t address) { return (uint8_t *)(uintptr_t)address; }

/* Without the library: its thread-local storage is gone while FS has another base. */
static long arch_prctl(int code, uint64_t address) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"((long)SYS_arch_prctl), "D"((long)code), "S"(address)
                   : "rcx", "r11", "memory");
  return result;
}

/* FS and GS as they were, whatever the case has loaded. */
static void set_bases(void) {
  if (arch_prctl(ARCH_SET_FS, fs_base) || arch_prctl(ARCH_SET_GS, gs_base)) _exit(3);
}

static void map_windows(const uint8_t *image) {
  for (int n = 0; n < WINDOWS; n++) {
    const struct window *w = &windows[n];
    size_t size = (size_t)w->pages * PAGE;
    int rights = PROT_READ | PROT_WRITE | (n == CODE ? PROT_EXEC : 0);
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_POPULATE;
    if (mmap(at(w->address), size, rights, flags, -1, 0) != at(w->address)) fail("a window cannot be mapped");
    if (n == CODE) memset(at(w->address), 0xcc, size);
    else {
      memcpy(at(w->address), image, size);
      image += size;
    }
    if (w->read_only_pages) {
      uint32_t last = w->address + (w->pages - w->read_only_pages) * PAGE;
      if (mprotect(at(last), (size_t)w->read_only_pages * PAGE, PROT_READ)) fail("a page cannot be made read-only");
    }
  }
}

static void catch_signals(void) {
  static uint8_t stack[1 << 17];
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  if (sigaltstack(&alternate, 0)) fail("no signal stack");
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigfillset(&action.sa_mask);
  static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGVTALRM};
  for (unsigned n = 0; n < sizeof numbers / sizeof *numbers; n++) sigaction(numbers[n], &action, 0);
  struct itimerval tick = {{0, 20000}, {0, 20000}};
  setitimer(ITIMER_VIRTUAL, &tick, 0);
}

static uint8_t *read_all(const char *path, size_t *size) {
  FILE *f = fopen(path, "rb");
  if (!f) fail("cannot read the batch");
  fseek(f, 0, SEEK_END);
  *size = (size_t)ftell(f);
  rewind(f);
  uint8_t *bytes = malloc(*size + 16);
  if (!bytes || fread(bytes, 1, *size, f) != *size) fail("cannot read the batch");
  fclose(f);
  return bytes;
}

int main(int count, char **words) {
  if (count != 3) fail("usage: host BATCH RESULTS");
  size_t size;
  const uint8_t *in = read_all(words[1], &size);
  uint32_t head[2];
  memcpy(head, in, 8);
  if (head[0] != MAGIC) fail("this is no batch");
  memcpy(&gs_base, in + 8, 8);
  memcpy(windows, in + 16, sizeof windows);
  in += 16 + sizeof windows;
  const uint8_t *image = in;
  map_windows(image);
  for (int n = 0; n < WINDOWS; n++) if (n != CODE) in += (size_t)windows[n].pages * PAGE;
  if (arch_prctl(ARCH_GET_FS, (uint64_t)(uintptr_t)&fs_base)) fail("FS base cannot be read");
  set_bases();
  catch_signals();
  FILE *out = fopen(words[2], "wb");
  if (!out) fail("cannot write the results");

  for (uint32_t n = 0; n < head[1]; n++) {
    struct case_head c;
    memcpy(&c, in, sizeof c);
    in += sizeof c;
    if (c.units) {
      memcpy(image_in, in, IMAGE);
      in += IMAGE;
    }
    wants_image = c.units;
    const uint8_t *pieces = in;
    for (uint32_t p = 0; p < c.pieces; p++) {
      uint32_t piece[2];
      memcpy(piece, in, 8);
      memcpy(at(piece[0]), in + 8, piece[1]);
      in += 8 + ((piece[1] + 7) & ~7u);
    }
    near_target = c.rip;
    far_target.offset = (uint32_t)c.rip;
    case_number = n;
    in_case = 1;
    run_case(&c.registers, c.bits == 32, c.units);
    set_bases();

    static struct {
      uint32_t address, zero;
      uint64_t value;
    } changes[8192];
    outcome.changes = 0;
    const uint8_t *pristine = image;
    for (int w = 0; w < WINDOWS; w++) {
      if (w == CODE) continue;
      uint32_t writable = (windows[w].pages - windows[w].read_only_pages) * PAGE;
      uint8_t *memory = at(windows[w].address);
      for (uint32_t page = 0; page < writable; page += PAGE) {
        if (!memcmp(memory + page, pristine + page, PAGE)) continue;
        for (uint32_t offset = page; offset < page + PAGE; offset += 8) {
          if (!memcmp(memory + offset, pristine + offset, 8)) continue;
          changes[outcome.changes].address = windows[w].address + offset;
          memcpy(&changes[outcome.changes++].value, memory + offset, 8);
        }
        memcpy(memory + page, pristine + page, PAGE);
      }
      pristine += (size_t)windows[w].pages * PAGE;
    }
    for (uint32_t p = 0; p < c.pieces; p++) {
      uint32_t piece[2];
      memcpy(piece, pieces, 8);
      if (piece[0] >= windows[CODE].address && piece[0] < windows[CODE].address + windows[CODE].pages * PAGE)
        memset(at(piece[0]), 0xcc, piece[1]);
      pieces += 8 + ((piece[1] + 7) & ~7u);
    }
    fwrite(&outcome, sizeof outcome, 1, out);
    if (c.units) fwrite(image_out, IMAGE, 1, out);
    fwrite(changes, sizeof *changes, outcome.changes, out);
  }
  if (fclose(out)) fail("cannot write the results");
  return 0;
}
