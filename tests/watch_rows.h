/* watch_rows.h - what a node's own doctor would find wrong with its rows, and whether
 * it reads the directory that all others read. */
#ifndef WATCH_ROWS_H
#define WATCH_ROWS_H

#include <stdbool.h>

/* Of a node that runs: can everything that waits there be moved, and is it somebody's?
 */
void watch_rows(const char *name);
/* When all is healed: has every reporter heard what this reader of its signals has
 * decided? trusted: does its store have all that it ever had? */
void watch_signals(const char *name, bool (*trusted)(const char *name));
/* When all is healed: has it every statement, membership and place that the broker has,
 * and no other that still counts? After the loss of a store (wiped) the broker knows
 * what those have said who came back, and a node may know more: also a newer word of
 * who was put back itself, and is not trusted. */
void watch_directory(const char *name, bool wiped, bool (*trusted)(const char *name));

#endif
