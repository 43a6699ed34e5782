/* memory.h - SQLite's memory, counted, and refused when a test says so. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* Before SQLite is used at all; once. */
void memory_begin(void);
/* The at-th piece of memory that is asked for from now on (1: the next one) is refused,
 * and all that follow until the plan is taken back. At 0: none. */
void memory_plan(uint64_t at);
/* Has what was planned last happened, though the plan may have been taken back? */
bool memory_planned_happened(void);
/* While a test itself uses SQLite, nothing is counted and nothing refused. */
void memory_pause(bool paused);
uint64_t memory_count(void);

#endif
