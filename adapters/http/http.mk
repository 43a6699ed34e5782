# From operations.tsv and openapi_base.json to what the contract of the API says beside the table of its routes; and how its page looks.
GEN_HEADERS += $(GEN)/operations_gen.h $(GEN)/openapi_base_gen.h $(GEN)/docs_style_gen.h
GEN_SOURCES += $(GEN)/operations_gen.c $(GEN)/openapi_base_gen.c $(GEN)/docs_style_gen.c
GEN_OBJECTS += $(GEN)/operations_gen.o $(GEN)/openapi_base_gen.o $(GEN)/docs_style_gen.o
$(GEN)/operations_gen.h $(GEN)/operations_gen.c: proto/table.awk adapters/http/operations.awk adapters/http/operations.tsv
	$(GEN_AWK)
$(GEN)/openapi_base_gen.h $(GEN)/openapi_base_gen.c: proto/table.awk adapters/http/lines.awk adapters/http/openapi_base.json
	$(GEN_AWK)
$(GEN)/openapi_base_gen.h $(GEN)/openapi_base_gen.c: GEN_FROM = $(filter %.json,$^)
$(GEN)/docs_style_gen.h $(GEN)/docs_style_gen.c: proto/table.awk adapters/http/lines.awk adapters/http/docs_style.css
	$(GEN_AWK)
$(GEN)/docs_style_gen.h $(GEN)/docs_style_gen.c: GEN_FROM = $(filter %.css,$^)
