/*
 * Runs single floating-point instructions on this machine's own processor. Reads cases from one file, writes results to another:
 * the state as FXSAVE has it, before and after, an operand in memory that rDI points to, RFLAGS after, and the signal, if there
 * was one. `native.ts` knows the same format.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

struct input {
  uint8_t image[512], memory[128], code[16];
  uint32_t length, unused;
  uint64_t rax;
};
struct output {
  uint8_t image[512], memory[128];
  uint64_t flags, rax;
  uint32_t signal, unused;
};

static struct input in __attribute__((aligned(64)));
static struct output out __attribute__((aligned(64)));
uint8_t image[512] __attribute__((aligned(64)));
uint8_t memory[128] __attribute__((aligned(64)));
uint64_t flags, rax;
void *code;

void run(void);
extern char run_end[];

__asm__(".text\n"
        "run:\n"
        "  push %rbx; push %rbp; push %r12\n"
        "  fxrstor64 image(%rip)\n"
        "  lea memory(%rip), %rdi\n"
        "  mov rax(%rip), %rax\n"
        "  xor %ecx, %ecx\n"
        "  push $2; popf\n"
        "  call *code(%rip)\n"
        "  fxsave64 image(%rip)\n"
        "  mov %rax, rax(%rip)\n"
        "  pushf; pop flags(%rip)\n"
        ".globl run_end\n"
        "run_end:\n"
        "  fninit\n"
        "  pop %r12; pop %rbp; pop %rbx\n"
        "  ret\n");

static void caught(int signal, siginfo_t *info, void *context) {
  ucontext_t *u = context;
  (void)info;
  out.signal = signal;
  memcpy(image, u->uc_mcontext.fpregs, 512);
  flags = u->uc_mcontext.gregs[REG_EFL];
  rax = u->uc_mcontext.gregs[REG_RAX];
  /* the instruction was called */
  u->uc_mcontext.gregs[REG_RSP] += 8;
  u->uc_mcontext.gregs[REG_RIP] = (greg_t)run_end;
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: host CASES RESULTS\n");
    return 2;
  }
  FILE *cases = fopen(arguments[1], "rb"), *results = fopen(arguments[2], "wb");
  code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (!cases || !results || code == MAP_FAILED) {
    perror("host");
    return 2;
  }
  struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGFPE, &action, NULL);
  sigaction(SIGILL, &action, NULL);
  sigaction(SIGSEGV, &action, NULL);
  const uint32_t mxcsr = 0x1f80;
  while (fread(&in, sizeof in, 1, cases) == 1) {
    memcpy(image, in.image, sizeof image);
    memcpy(memory, in.memory, sizeof memory);
    memcpy(code, in.code, in.length);
    ((uint8_t *)code)[in.length] = 0xc3;
    rax = in.rax;
    out.signal = 0;
    run();
    __asm__ volatile("ldmxcsr %0" ::"m"(mxcsr));
    memcpy(out.image, image, sizeof image);
    memcpy(out.memory, memory, sizeof memory);
    out.flags = flags;
    out.rax = rax;
    fwrite(&out, sizeof out, 1, results);
  }
  return fclose(results) ? 2 : 0;
}
