"""
The service that Z-Image EE is compared with: FastAPI, Celery and Redis, as services for pictures are commonly built in Python.

A request is checked by pydantic and pushed to a Redis list as a Celery message; that is all that has happened when the answer is
sent. Nothing is written to PostgreSQL then (the worker writes the rows when it starts and when it ends), and Redis keeps the
message in memory: a Redis that dies loses it. A task's state is read from Celery's result backend (Redis), the history from
PostgreSQL by SQLAlchemy, from the tables that Z-Image EE has too. No key is asked for.

Handlers are plain functions, which FastAPI runs in its threads, since Celery and this way of SQLAlchemy block. Run by uvicorn
with uvloop and httptools, a process for each core, no access log.
"""
import os
from datetime import datetime, timezone
from typing import Any
from uuid import UUID

from celery import Celery
from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import DateTime, ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

REDIS_URL = os.environ["REDIS_URL"]

queue = Celery("z-image", broker=REDIS_URL, backend=REDIS_URL)
queue.conf.update(task_default_queue="reference-tasks", broker_pool_limit=40, result_expires=86400)

engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"), pool_size=20, max_overflow=20)
sessions = sessionmaker(engine, expire_on_commit=False)
app = FastAPI(title="Z-Image API")


class Base(DeclarativeBase):
    pass


class Batch(Base):
    __tablename__ = "image_generation_batches"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    prompt: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    num_inference_steps: Mapped[int]
    guidance_scale: Mapped[float]
    base_seed: Mapped[int | None]
    batch_size: Mapped[int]
    status: Mapped[str]
    success_count: Mapped[int]
    failed_count: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Task(Base):
    __tablename__ = "image_generation_tasks"
    task_id: Mapped[str] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("image_generation_batches.id"))
    batch_index: Mapped[int]
    seed: Mapped[int | None]
    status: Mapped[str]
    relative_path: Mapped[str | None]
    preview_relative_path: Mapped[str | None]


class GenerateImageRequest(BaseModel):
    prompt: str = Field(min_length=1, max_length=10_000)
    height: int = Field(1024, ge=64, le=2048)
    width: int = Field(1024, ge=64, le=2048)
    num_inference_steps: int = Field(9, ge=1, le=50)
    guidance_scale: float = Field(0.0, ge=0, le=20)
    seed: int | None = None
    negative_prompt: str | None = ""
    cfg_normalization: bool | None = None
    cfg_truncation: float | None = None
    max_sequence_length: int | None = Field(None, ge=1, le=1024)
    metadata: dict[str, Any] | None = None


class GenerateImageResponse(BaseModel):
    task_id: str
    status_url: str
    image_url: str | None = None


class TaskStatusResponse(BaseModel):
    task_id: str
    status: str
    result: dict[str, Any] | None = None
    error: str | None = None
    error_code: str | None = None
    error_hint: str | None = None
    image_url: str | None = None
    progress: int | None = None


class TaskSummary(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    task_id: str
    status: str
    created_at: datetime
    prompt: str
    height: int
    width: int
    relative_path: str | None
    image_url: str | None
    num_inference_steps: int
    guidance_scale: float
    seed: int | None
    batch_size: int
    success_count: int
    failed_count: int
    base_seed: int | None


def session():
    with sessions() as opened:
        yield opened


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok", "environment": "benchmark"}


@app.post("/v1/images/generate")
def generate(request: GenerateImageRequest) -> GenerateImageResponse:
    payload = request.model_dump()
    payload["created_at"] = datetime.now(timezone.utc).isoformat(timespec="microseconds")
    task = queue.send_task("generate_image", args=[payload])
    return GenerateImageResponse(task_id=task.id, status_url=f"/v1/tasks/{task.id}")


@app.get("/v1/tasks/{task_id}")
def status(task_id: str) -> TaskStatusResponse:
    state = queue.AsyncResult(task_id)
    told = state._get_task_meta()  # one read: .state and .result would each ask Redis while the task is unfinished
    answer = TaskStatusResponse(task_id=task_id, status=told["status"])
    if told["status"] == "SUCCESS":
        answer.result = told["result"]
        answer.image_url = "/generated-images/" + told["result"]["preview_relative_path"]
        answer.progress = 100
    elif told["status"] == "PROGRESS":
        answer.progress = told["result"].get("progress", 0)
    elif told["status"] in ("FAILURE", "REVOKED"):
        answer.error = str(told["result"])
    return answer


SHOWN = {"success": "SUCCESS", "partial": "SUCCESS", "error": "FAILURE", "cancelled": "FAILURE"}


@app.get("/v1/history")
def history(limit: int = Query(20, ge=1, le=50), offset: int = Query(0, ge=0),
            database: Session = Depends(session)) -> list[TaskSummary]:
    batches = database.scalars(select(Batch).order_by(Batch.created_at.desc(), Batch.id).limit(limit).offset(offset)).all()
    first = (select(Task.batch_id, func.min(Task.batch_index).label("batch_index"))
             .where(Task.batch_id.in_([batch.id for batch in batches]), Task.status == "success")
             .group_by(Task.batch_id).subquery())
    covers = {task.batch_id: task for task in database.scalars(select(Task).join(
        first, (Task.batch_id == first.c.batch_id) & (Task.batch_index == first.c.batch_index)))}
    return [summary(batch, covers.get(batch.id)) for batch in batches]


def summary(batch, cover):
    path = cover.preview_relative_path or cover.relative_path if cover else None
    return TaskSummary(
        task_id=str(batch.id), status=SHOWN.get(batch.status, "PENDING"), created_at=batch.created_at, prompt=batch.prompt,
        height=batch.height, width=batch.width, relative_path=cover.relative_path if cover else None,
        image_url="/generated-images/" + path if path else None, num_inference_steps=batch.num_inference_steps,
        guidance_scale=batch.guidance_scale, seed=cover.seed if cover else batch.base_seed, batch_size=batch.batch_size,
        success_count=batch.success_count, failed_count=batch.failed_count, base_seed=batch.base_seed)


@queue.task(name="generate_image")
def generate_image(payload):
    raise NotImplementedError("No worker runs in this comparison")
