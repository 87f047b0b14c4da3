/*
 * json_file.c
 *		The test data beside the project, and a strict reader of its JSON.
 *
 * A file is its text, in which strings stay where they stand, and one array of
 * values.  Every value but the first follows an opening bracket or a comma,
 * which bounds their number.
 */
#include "json_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "protocol/text.h"

typedef struct parser
{
	const char *path;
	char	   *next;
	json	   *free;
} parser;

static json *parse_value(parser *p);

static void
check(bool condition, const char *what, const char *where)
{
	if (condition)
		return;
	printf("Bail out!  %s: %.40s\n", what, where ? where : "(no name)");
	exit(EXIT_FAILURE);
}

static const char *
shared_folder(void)
{
	const char *folder = getenv("EGTALLY_SHARED");

	return folder ? folder : "../shared";
}

bool
shared_data_present(void)
{
	struct stat status;

	return stat(shared_folder(), &status) == 0 && S_ISDIR(status.st_mode);
}

eg_bytes
shared_file(const char *path)
{
	char		name[1024];
	FILE	   *file;
	struct stat status;
	size_t		size;
	char	   *data;

	snprintf(name, sizeof(name), "%s/%s", shared_folder(), path);
	file = fopen(name, "rb");
	check(file != NULL && fstat(fileno(file), &status) == 0, name, "absent");
	size = (size_t) status.st_size;
	data = malloc(size + 1);
	check(data != NULL && fread(data, 1, size, file) == size, name, "unread");
	fclose(file);
	data[size] = '\0';
	return (eg_bytes) {(uint8_t *) data, size};
}

static char
peek(parser *p)
{
	p->next += strspn(p->next, " \t\r\n");
	return *p->next;
}

static void
take(parser *p, const char *word)
{
	peek(p);
	check(strncmp(p->next, word, strlen(word)) == 0, p->path, p->next);
	p->next += strlen(word);
}

static const char *
parse_string(parser *p)
{
	char	   *text;

	take(p, "\"");
	for (text = p->next; *p->next != '"'; p->next++)
		check((unsigned char) *p->next >= ' ' && *p->next != '\\', p->path,
			  p->next);
	*p->next++ = '\0';
	return text;
}

/* What stands between brackets: elements, or members with names. */
static void
parse_list(parser *p, json *list, const char *end)
{
	json	  **link = &list->first;

	p->next++;
	while (list->n > 0 || peek(p) != *end)
	{
		const char *name = NULL;

		if (*end == '}')
		{
			name = parse_string(p);
			check(json_find(list, name) == NULL, "name given twice", name);
			take(p, ":");
		}
		*link = parse_value(p);
		(*link)->name = name;
		link = &(*link)->next;
		list->n++;
		if (peek(p) != ',')
			break;
		p->next++;
	}
	take(p, end);
}

static json *
parse_value(parser *p)
{
	json	   *value = p->free++;

	value->kind = peek(p);
	if (value->kind == '{')
		parse_list(p, value, "}");
	else if (value->kind == '[')
		parse_list(p, value, "]");
	else if (value->kind == '"')
		value->text = parse_string(p);
	else if (strchr("-0123456789", value->kind))
	{
		size_t		sign = value->kind == '-';
		size_t		digits = strspn(p->next + sign, "0123456789");

		check(digits > 0 && digits <= 18, p->path, p->next);
		check(digits == 1 || p->next[sign] != '0', p->path, p->next);
		check(strspn(p->next + sign + digits, ".eE") == 0, p->path, p->next);
		value->kind = 0;
		value->integer = strtoimax(p->next, &p->next, 10);
	}
	else
		take(p, value->kind == 't' ? "true" :
			 value->kind == 'f' ? "false" : "null");
	return value;
}

json_file
json_open(const char *path)
{
	eg_bytes	bytes = shared_file(path);
	json_file	file = {(char *) bytes.data, NULL};
	parser		p = {path, file.text, NULL};
	size_t		values = 1;

	for (size_t i = 0; i < bytes.size; i++)
		values += strchr("{[,", file.text[i]) != NULL;
	p.free = file.values = calloc(values, sizeof(json));
	check(p.free != NULL, path, "out of memory");
	parse_value(&p);
	peek(&p);
	check(p.next == file.text + bytes.size, path, p.next);
	return file;
}

void
json_close(json_file *file)
{
	free(file->values);
	free(file->text);
}

const json *
json_find(const json *object, const char *name)
{
	const json *member;

	check(object->kind == '{', "no object", object->name);
	for (member = object->first; member != NULL; member = member->next)
		if (strcmp(member->name, name) == 0)
			break;
	return member;
}

const json *
json_get(const json *object, const char *name)
{
	const json *member = json_find(object, name);

	check(member != NULL, "no member", name);
	return member;
}

const json *
json_item(const json *array, uint32_t i)
{
	const json *item = array->first;

	check(array->kind == '[' && i < array->n, "no such element", array->name);
	while (i-- > 0)
		item = item->next;
	return item;
}

const char *
json_text(const json *value)
{
	check(value->kind == '"', "no text", value->name);
	return value->text;
}

uint32_t
json_integer(const json *value)
{
	check(value->kind == 0 && value->integer >= 0 &&
		  value->integer <= UINT32_MAX, "no integer of 32 bits", value->name);
	return (uint32_t) value->integer;
}

void
json_bytes(uint8_t *bytes, size_t size, const json *value)
{
	const char *text = json_text(value);

	check(eg_text_to_bytes(bytes, size, text, strlen(text)),
		  "not the right bytes", value->name);
}
