/* json_docs.h - the contract of the API for people: one page of HTML that needs nothing
 * from elsewhere. */
#ifndef ADAPTERS_HTTP_JSON_DOCS_H
#define ADAPTERS_HTTP_JSON_DOCS_H

/* The page on the heap; NULL: no memory. */
char *json_docs(void);

#endif
