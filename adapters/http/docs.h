/* docs.h - the contract for people: one page of HTML that needs nothing from
 * elsewhere. */
#ifndef ADAPTERS_HTTP_DOCS_H
#define ADAPTERS_HTTP_DOCS_H

#include <stddef.h>

/* The page on the heap; NULL: no memory. */
char *docs_page(size_t *len);

#endif
