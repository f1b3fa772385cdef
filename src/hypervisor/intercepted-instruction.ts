/**
 * The instruction a guest exited on, fetched and decoded by software: what a hypervisor must do on processors that store no nRIP and
 * have no decode assists (§15.7.1, §15.8). Only instructions that can be intercepted are known.
 */
import { CR0_PE, EFER_LMA, RFLAGS_VM, RIP_RELATIVE_RM, SEG_CS, SEG_DS, SEG_ES, SEG_FS, SEG_GS, SEG_SS, SEGMENT_REGISTERS } from '../engine/arch/registers';
