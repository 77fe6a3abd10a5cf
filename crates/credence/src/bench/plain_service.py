"""The service that a city would write by hand, for comparison: FastAPI and asyncpg, an API key, the rows of a subject read
and one row logged, each inquiry committed by itself before its answer. Started by `credence bench inquiry`."""

import hashlib
import os

import asyncpg
from fastapi import FastAPI, Header, HTTPException
from fastapi.responses import ORJSONResponse
from pydantic import BaseModel

app = FastAPI()
key = hashlib.sha256(os.environ["PLAIN_KEY"].encode()).hexdigest()
pool = None


class Purpose(BaseModel):
    duty: int
    matter: str


class Inquiry(BaseModel):
    subject: int
    purpose: Purpose


@app.on_event("startup")
async def connect():
    global pool
    pool = await asyncpg.create_pool(os.environ["PLAIN_DATABASE"], min_size=16, max_size=16)


@app.post("/inquiries", response_class=ORJSONResponse)
async def inquire(inquiry: Inquiry, authorization: str = Header()):
    token = authorization.removeprefix("Bearer ")
    if hashlib.sha256(token.encode()).hexdigest() != key:
        raise HTTPException(401)
    async with pool.acquire() as connection:
        async with connection.transaction():
            rows = await connection.fetch(
                "select number, item, authority, finding_day, content from plain_record where subject = $1 order by number",
                inquiry.subject,
            )
            await connection.execute(
                "insert into plain_log (subject, office, duty, matter, shown) values ($1, $2, $3, $4, $5)",
                inquiry.subject,
                "market-regulation",
                inquiry.purpose.duty,
                inquiry.purpose.matter,
                [row["number"] for row in rows],
            )
    return ORJSONResponse({"records": [dict(row) for row in rows]})
