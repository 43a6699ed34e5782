/* version.h - which Buurtbus this is. */
#ifndef VERSION_H
#define VERSION_H

#define BUURTBUS_VERSION "0.1.0"

#endif
