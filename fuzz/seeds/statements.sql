SELECT eventName, count(*) AS n FROM events WHERE eventTime > '2026-01-01 00:00:00' GROUP BY 1 ORDER BY n DESC LIMIT 10
SELECT requestParameters['x'] FROM 11111111-2222-3333-4444-555555555555 WHERE userIdentity.arn LIKE '%a%'
WITH a AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM a JOIN events ON a.x = events.y
SELECT transform(a, x -> x.b), filter(a, (x) -> x > 1) FROM events CROSS JOIN UNNEST(resources) AS t(x)
SELECT CASE WHEN a THEN 1 ELSE NULL END, try_cast(a AS array(varchar)), INTERVAL '7' DAY
SELECT element_at(resources, 1).arn FROM "a b" FETCH FIRST 3 ROWS ONLY -- end
SELECT rank() OVER (PARTITION BY b ORDER BY c NULLS LAST) FROM e /* x */ WHERE a IN (1, 2) AND b BETWEEN 1 AND 2
SELECT a FROM eORDER BY aLIMIT 5; 
VALUES (1, 'a''b', X'00', 1.5e9, TRUE)
