/* heap.h - the memory that the program itself asks for, refused when a test says so:
 * the calls are taken at the linker (--wrap in tests.mk). */
#ifndef HEAP_H
#define HEAP_H

#include <stdbool.h>
#include <stdint.h>

/* The at-th piece of memory from now on is refused (1: the next one), that one alone;
 * 0: none. */
void heap_plan(uint64_t at);
bool heap_planned_happened(void);

#endif
