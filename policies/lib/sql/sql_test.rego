package lib.sql_test

import rego.v2

import data.lib.sql

test_drops if {
	every text in [
		"DROP TABLE users",
		"drop table if exists users;",
		"select 1; DROP\n\tDATABASE prod",
		"DROP/**/TABLE users",
		"/*!50000 DROP TABLE users */",
		"ALTER TABLE users DROP COLUMN email",
		"do $$ begin execute 1; drop table users; end $$",
	] {
		sql.dangers(text) == {"drops"}
	}
}

test_drops_everything_that_has_a_name if {
	every thing in [
		"column", "database", "function", "index", "materialized", "policy", "procedure", "role", "schema", "sequence", "table", "tablespace",
		"trigger", "type", "user", "view",
	] {
		sql.dangers($"drop {thing} a") == {"drops"}
	}
}

test_everything_that_can_stand_between_words if {
	every mark in ["\n", "\r", "\t", "(", ")", ",", "\"", "`", "[", "]", "/", "*", "-", "!", "=", "$", "#", " ", "'x'"] {
		sql.dangers($"drop{mark}table a") == {"drops"}
	}
}

test_truncates if {
	sql.dangers("TRUNCATE users") == {"truncates"}
	sql.dangers("  truncate users") == {"truncates"}
	sql.dangers("truncate table users") == {"truncates"}
	sql.dangers("/* tidy */ truncate table users") == {"truncates"}
}

test_deletes_without_where if {
	sql.dangers("DELETE FROM users") == {"deletes"}
	sql.dangers("delete users") == {"deletes"}
	sql.dangers("with a as (select 1) delete from users") == {"deletes"}
}

test_updates_without_where if {
	sql.dangers("UPDATE users SET admin = true") == {"updates"}
}

test_where_elsewhere_does_not_help if {
	sql.dangers("delete from users; select 1 from t where a = 1") == {"deletes"}
	sql.dangers("update users set note = 'where'") == {"updates"}
	sql.dangers("delete from users -- where id = 1") == {"deletes"}
	sql.dangers("delete from users /* where */") == {"deletes"}
	sql.dangers("delete from users # where") == {"deletes"}
	sql.dangers(`update users set note = 'a\' where '`) == {"updates"}
	sql.dangers("update users set note = $$ where $$") == {"updates"}
}

test_several_statements if {
	sql.dangers("drop table a; delete from b") == {"drops", "deletes"}
}

test_harmless if {
	every text in [
		"select * from users",
		"select 'drop table users'",
		"select 'it''s fine; drop table users'",
		"delete from users where id = 1",
		"update users set note = 'drop table' where id = 1",
		"insert into users (name) values ('x')",
		"drop in sales by region",
		"truncated results",
		"how to truncate a text",
		"never delete a thing",
		"set a to b",
		"how do I update my profile",
		"create table users (id int)",
		"",
	] {
		sql.dangers(text) == set()
	}
}

test_ill_typed_has_no_dangers if {
	every text in [7, null, ["drop table a"]] {
		sql.dangers(text) == set()
	}
}

test_reads_only if {
	every text in [
		"select * from users", "SELECT 1;", "with a as (select 1) select * from a", "show tables", "explain select 1", "describe users", "desc users",
		"values (1), (2)", "table users", "select 'update users'", "(select 1) union (select 2)", "select 1; select 2", "", " ; ", "select updated from users",
		"select replace(name, 'a', 'b') from users", "select 1 -- all of it", `select 'it\'s'`,
	] {
		sql.reads_only(text, ["nextval"])
	}
}

test_does_more_than_read if {
	every text in [
		"insert into users values (1)", "vacuum", "set role admin", "begin; select 1", "call tidy()", "select 1; drop table a", "pragma writable_schema = 1",
		"select nextval('a')", "select pg_catalog.NEXTVAL('a')", "select \"nextval\"('a')", "/* tidy */ select 1", "copy a to program 'x'",
		`select 'a\' ; delete from users --'`, "select 1 -- drop table a", "users", "create table a (b int)",
	] {
		not sql.reads_only(text, ["nextVal"])
	}
}

test_every_writing_word if {
	every word in [
		"alter", "create", "delete", "drop", "exec", "execute", "grant", "insert", "into", "merge", "revoke", "truncate", "update", "upsert",
	] {
		not sql.reads_only($"with a as ({upper(word)} b) select 1", [])
	}
}

test_ill_typed_does_not_read if {
	every value in [7, null, true, ["select 1"], {"a": "select 1"}] {
		not sql.reads_only(value, [])
	}
	not sql.reads_only("select 1", [7])
}

test_statements if {
	sql.statements("") == 0
	sql.statements(" ; ") == 0
	sql.statements("select 1") == 1
	sql.statements("select 1;") == 1
	sql.statements("select 'a; b'") == 1
	sql.statements("select 1; select 2") == 2
	sql.statements("select 'a;b'; select 2;;") == 2
	sql.statements(`select 'a\'; drop table b; c'`) == 3
}

test_commented if {
	every text in ["select 1 -- x", "select 1--", "select /* x */ 1", "select 1 # x", "select 'a'#", "select '' or 1=1 --'", "select a #", "select a #b", "select a #> b # c", "#"] {
		sql.commented(text)
	}
	every text in ["select 1", "select '-- x'", "select '/* x */'", "select '#'", "select a #> '{b}'", "select a #>> '{b}'", "select a #- '{b}'", "select 2 - 1", "select 4 / 2 * 3", 7, null] {
		not sql.commented(text)
	}
}
