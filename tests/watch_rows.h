/* watch_rows.h - what a node's own doctor would find wrong with its rows. */
#ifndef WATCH_ROWS_H
#define WATCH_ROWS_H

/* Of a node that runs: can everything that waits there be moved, and is it somebody's?
 */
void watch_rows(const char *name);

#endif
