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
